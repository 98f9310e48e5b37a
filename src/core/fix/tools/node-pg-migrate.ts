import { downScript, upScript } from "../script";
import { oneFileTool } from "./one-file";

/**
 * `<timestamp>_name.sql` with both ways in it. All migrations that are due run in one transaction, and only one that is
 * written in JavaScript can leave it (`pgm.noTransaction()`), so everything is written for a transaction.
 * https://salsita.github.io/node-pg-migrate/migrations/ and
 * https://github.com/salsita/node-pg-migrate/blob/main/src/sqlMigration.ts
 */
export const nodePgMigrate = oneFileTool({
	outside: "inside",
	text: (part) => ["-- Up Migration", ...upScript(part, "local"), "-- Down Migration", ...downScript(part, "local")],
});
