import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Extension } from "@electric-sql/pglite";
import { type Answer, type Engine, Refusal, sqlStateOf } from "./engine";

/** Extensions that another one needs. */
const NEEDS: Readonly<Record<string, string>> = { earthdistance: "cube" };

/** Several extensions of PostgreSQL come in one archive. */
const ARCHIVES: Readonly<Record<string, string>> = { autoinc: "spi", insert_username: "spi", moddatetime: "spi" };

/** How long the thread may hear of nothing, in milliseconds. */
const HEARS_EVERY = 20;

/** Types whose values `pg` leaves as text, too: int8. What both engines answer has to be the same. */
const AS_TEXT = [20];

/**
 * The folder with PGlite's archives of extensions: its own one, or the build's, which puts them beside the bundle
 * (scripts/build.mjs).
 */
function archives(): string {
	if (typeof __dirname === "string" && !__dirname.endsWith("src/database")) return join(__dirname, "extensions");
	return join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/@electric-sql/pglite/dist");
}

/** The extensions that PGlite can load, by the name that CREATE EXTENSION takes. */
export function embeddedExtensions(): string[] {
	const found = readdirSync(archives()).flatMap((file) => /^(.+)\.tar\.gz$/.exec(file)?.[1] ?? []);
	const bundled = Object.entries(ARCHIVES).flatMap(([name, archive]) => (found.includes(archive) ? [name] : []));
	return [...found, ...bundled].sort();
}

/**
 * Starts PostgreSQL within this process, with an empty database in memory. Takes some seconds and 300 to 700 MB.
 * https://pglite.dev/docs/api
 *
 * @param wanted extensions that the schema creates; those that PGlite doesn't have are left out
 */
export async function openPglite(wanted: Iterable<string>): Promise<Engine> {
	const { PGlite } = await import("@electric-sql/pglite");
	const available = new Set(embeddedExtensions());
	const names = [...wanted].flatMap((name) => [name, NEEDS[name] ?? name]).filter((name) => available.has(name));
	const extensions = Object.fromEntries(
		[...new Set(names.map((name) => ARCHIVES[name] ?? name))].map((name) => [name, extensionIn(name)]),
	);
	const parsers = Object.fromEntries(AS_TEXT.map((type) => [type, (text: string) => text]));
	const database = await PGlite.create({ extensions, parsers });
	const { rows } = await database.query<{ version: string }>("SELECT current_setting('server_version') AS version");
	let isSomebodyElse = false;
	let heard = Date.now();
	return {
		version: `PostgreSQL ${rows[0]?.version ?? ""} (PGlite)`,
		async query(sql): Promise<Answer> {
			// It answers without ever leaving this thread, which would hear of no signal and no message else.
			if (Date.now() - heard > HEARS_EVERY) {
				await new Promise((resolve) => setImmediate(resolve));
				heard = Date.now();
			}
			try {
				const last = (await database.exec(sql)).at(-1);
				isSomebodyElse ||= /\bset\s+(local\s+)?session\s+authorization\b/i.test(sql);
				// PGlite doesn't take it back with the transaction, nor by RESET.
				if (isSomebodyElse && /^\s*(rollback|commit)\s*;?\s*$/i.test(sql)) {
					await database.exec("SET SESSION AUTHORIZATION postgres");
					isSomebodyElse = false;
				}
				return { rows: last?.rows ?? [], count: last?.rowCount ?? last?.affectedRows ?? 0 };
			} catch (error) {
				throw asRefusal(error);
			}
		},
		close: () => database.close(),
	};
}

function extensionIn(archive: string): Extension {
	const bundlePath = pathToFileURL(join(archives(), `${archive}.tar.gz`));
	return { name: archive, setup: async () => ({ bundlePath }) };
}

/** PostgreSQL's errors carry a SQLSTATE, everything else is no answer of PostgreSQL. */
export function asRefusal(error: unknown): unknown {
	const code = sqlStateOf(error);
	if (code === null) return error;
	const { message, detail } = error as { message?: string; detail?: unknown };
	return new Refusal(message ?? "", code, typeof detail === "string" ? detail : "");
}
