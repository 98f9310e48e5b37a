import { setTimeout as wait } from "node:timers/promises";
import { openFor } from "../../src/database/open";
import { prove } from "../../src/database/prove";
import { exampleDatabases } from "./prove";

/** Proves on a server, says when a stage is reached and stays there: to be killed. Arguments: URL, stage. */
const [url, until] = process.argv.slice(2);
const [database] = exampleDatabases("sound");
if (!database) throw new Error("There is no example");
const [engine, server] = await openFor(database, url);
let reached = false;
await prove(
	database,
	{ ...engine, query: hold(engine.query) },
	{
		decisions: {},
		server,
		onProgress(stage, done) {
			if (stage !== until || done < 1) return;
			if (!reached) process.stdout.write("reached\n");
			reached = true;
		},
	},
);

/** Waits for ever once the stage is reached. */
function hold(query: typeof engine.query): typeof engine.query {
	return async (sql) => {
		while (reached) await wait(1000);
		return query(sql);
	};
}
