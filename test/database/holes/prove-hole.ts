import { spawn } from "node:child_process";
import type { Client } from "pg";
import { createAnalyzer, type DatabaseAnalysis } from "../../../src/core/analyze";
import type { Proof } from "../../../src/core/prove/proof";
import { createSqlReader } from "../../../src/core/sql/reader";
import { CONFIG_FILE, decisionsFor, readConfig } from "../../../src/core/tenancy/config";
import type { SourceFile } from "../../../src/core/workspace/database";
import { prove } from "../../../src/database/prove";
import { engineOn } from "../attack-target";
import type { Cluster, TestDatabase } from "../cluster";
import { DROP_ROLES } from "../run-steps";

const analyzer = createAnalyzer(await createSqlReader());

/** A schema that was proved. */
export interface ProvedSchema {
	readonly database: DatabaseAnalysis;
	readonly proof: Proof;
	/** What a psql of its own says to each script, line by line: values and refusals in order, as evidence words them. */
	readonly repeated: readonly (readonly string[])[];
}

/** One database in which schemas are proved one after the other: to make another takes longer than to prove one. */
export interface Workplace {
	/** @param toRepeat the evidence that psql has to repeat on the same database */
	prove(sql: string, config?: string | null, toRepeat?: ToRepeat): Promise<ProvedSchema>;
	/** @param path which of the files' databases */
	proveFiles(files: readonly SourceFile[], config: string | null, path?: string): Promise<ProvedSchema>;
}

type ToRepeat = (proof: Proof) => readonly string[];

export async function makeWorkplace(cluster: Cluster): Promise<Workplace> {
	const made = await cluster.database();
	return {
		prove: (sql, config = null, toRepeat) => proveOne([{ path: "schema.sql", text: sql }], config, undefined, toRepeat),
		proveFiles: proveOne,
	};

	async function proveOne(
		files: readonly SourceFile[],
		config: string | null,
		path?: string,
		toRepeat: ToRepeat = () => [],
	): Promise<ProvedSchema> {
		const { databases } = analyzer.analyze(files, config);
		const database = path === undefined ? databases[0] : databases.find((each) => each.path === path);
		if (!database) throw new Error("The SQL makes no database");
		const decisions = decisionsFor(readConfig(config ?? "{}", CONFIG_FILE).config, database.path);
		// A setting that was bound once is no longer unset in that session.
		const session = await made.connect();
		try {
			const proof = await prove(database, engineOn(session, cluster.version), { decisions });
			const scripts = toRepeat(proof);
			return { database, proof, repeated: scripts.length === 0 ? [] : await psql(cluster, made, scripts) };
		} finally {
			await clear(session);
		}
	}
}

/** Ends the session and leaves the database as empty as a new one. */
async function clear(session: Client): Promise<void> {
	for (const statement of ["ROLLBACK", EMPTY, DROP_ROLES]) await session.query(statement);
	const { rows } = await session.query(LEFT);
	await session.end();
	if (rows.length > 0) throw new Error(`Left in the database: ${rows.map(({ left }) => left).join(", ")}`);
}

const EMPTY = `DO $$ DECLARE what text; BEGIN
	FOR what IN SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE oid > 16383
		UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
		UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname = 'public' OR oid > 16383 AND nspname !~ '^pg_'
	LOOP EXECUTE what; END LOOP;
	CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC; END $$`;

const LEFT = ["class:relname", "proc:proname", "type:typname", "extension:extname", "publication:pubname"]
	.map((each) => each.split(":"))
	.map(
		([catalog, name]) =>
			`SELECT '${catalog} ' || ${name} AS left FROM pg_${catalog} WHERE oid > 16383 AND ${name} !~ '^_?pg_(temp|toast)'`,
	)
	.concat("SELECT 'default privileges' FROM pg_default_acl", "SELECT 'event trigger ' || evtname FROM pg_event_trigger")
	.join(" UNION ALL ");

const NEXT = "-- the next script --";

/** Runs scripts one after the other in one psql. */
async function psql(cluster: Cluster, { name }: TestDatabase, scripts: readonly string[]): Promise<string[][]> {
	const child = spawn("psql", [
		"-X",
		"-A",
		"-t",
		"-x",
		"-q",
		"-F",
		": ",
		"-P",
		"null=null",
		"-h",
		cluster.host,
		"-U",
		"postgres",
		"-d",
		name,
	]);
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		output += text;
	});
	child.stderr.resume();
	child.stdin.end(scripts.map((script) => `${script}\n\\echo '${NEXT}'\n`).join(""));
	await new Promise((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	});
	return output
		.split(NEXT)
		.slice(0, scripts.length)
		.map((part) => part.split("\n").filter((line) => line !== ""));
}

/** What came back, as the evidence's comments have it. */
export function saidIn(evidence: string): string[] {
	return [...evidence.matchAll(/^-- (\w+: .*)$/gm)].flatMap(([, line = ""]) =>
		/^(ERROR|DETAIL)/.test(line) ? [] : line.split(/, (?=\w+: )/),
	);
}
