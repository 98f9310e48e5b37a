import { foldSchema } from "../../src/core/schema/fold";
import type { SchemaModel } from "../../src/core/schema/model";
import type { SqlReader } from "../../src/core/sql/reader";
import type { DatabaseSource } from "../../src/core/workspace/database";
import { platformOf } from "../../src/database/apply/platform";
import { applyFiles, type Refusal } from "./apply";
import { applyWholeFiles } from "./apply-whole";
import { readCatalog } from "./catalog";
import type { Cluster } from "./cluster";
import { compareWithCatalog } from "./compare";
import { type Difference, differencesOf } from "./facts";
import { makeExtensionStandIn, makeSupabase, type StandIn } from "./stand-ins";

/** What a real PostgreSQL makes of a database's files, beside what the model says. */
export interface Verification {
	readonly path: string;
	readonly kind: string;
	readonly files: number;
	readonly statements: number;
	/** Statements that our parser rejects. */
	readonly unparsed: number;
	readonly tables: number;
	readonly refusals: readonly Refusal[];
	readonly standIns: readonly StandIn[];
	readonly differences: readonly Difference[];
	/** Tables that only dynamic SQL makes; their facts are not counted as differences. */
	readonly dynamicTables: readonly string[];
	/** Where psql, splitting by itself, ends with another catalog; null where that was not asked. */
	readonly splitting: { readonly errors: readonly string[]; readonly differences: readonly Difference[] } | null;
}

/** Applies a database's files to a fresh database, statement by statement, and compares its catalog with the model. */
export async function verifyDatabase(
	cluster: Cluster,
	reader: SqlReader,
	source: DatabaseSource,
	alsoWhole: boolean,
): Promise<Verification> {
	const files = source.files.map((file) => reader.read(file));
	const model = foldSchema(files);
	// A folder of another kind may lean on it as well.
	const isSupabase = source.kind === "supabase" || platformOf(files, model) !== null;
	const prepare = async () => {
		const database = await cluster.database();
		const standIns = isSupabase ? await makeSupabase(database.client, database.name) : [];
		return { database, standIns, client: await database.connect() };
	};

	const { database, standIns, client } = await prepare();
	const applied = await applyFiles(client, files);
	const all = await compareWithCatalog(client, model);
	const dynamicTables = tablesOfDynamicSql(source, model, all);
	const present = new Set(standIns.map(({ kind, name }) => `${kind} ${name}`));
	const differences = all.filter(
		(difference) => !present.has(difference.key) && !dynamicTables.some((table) => belongsTo(difference, table)),
	);

	let splitting: Verification["splitting"] = null;
	if (alsoWhole) {
		const whole = await prepare();
		const missing = applied.standIns.filter(({ kind }) => kind === "extension").map(({ name }) => name);
		for (const name of missing) await makeExtensionStandIn(whole.client, name, "public");
		const errors = await applyWholeFiles(cluster, whole.database.name, source.files);
		const [theirs, ours] = [await readCatalog(whole.client), await readCatalog(client)];
		// psql can't make a stand-in again that the files have dropped.
		const standsIn = (text: string) =>
			missing.some((name) => text === `extension ${name}` || text.includes(`extension "${name}"`));
		splitting = {
			errors: errors.filter((line) => !standsIn(line)),
			differences: differencesOf(theirs.values, ours.values).filter(({ key }) => !standsIn(key)),
		};
		await whole.client.end();
		await whole.database.drop();
	}
	await client.end();
	await database.drop();
	return {
		path: source.path,
		kind: source.kind,
		files: files.length,
		statements: files.reduce((sum, file) => sum + file.statements.length, 0),
		unparsed: files.reduce((sum, file) => sum + file.statements.filter(({ node }) => node === null).length, 0),
		tables: model.tables.size,
		refusals: applied.refusals,
		standIns: [...standIns, ...applied.standIns],
		differences,
		dynamicTables,
		splitting,
	};
}

/**
 * Tables that the catalog has and no statement spells out: children of another
 * table whose name stands nowhere in the files, where the model says that some
 * statement can't be followed.
 */
function tablesOfDynamicSql(source: DatabaseSource, model: SchemaModel, differences: readonly Difference[]): string[] {
	if (!model.problems.some(({ kind }) => kind === "dynamic")) return [];
	return differences
		.filter(
			({ key, model: ours, postgres }) =>
				ours === null && key.startsWith("table ") && /\b(partition of|inherits) /.test(postgres ?? ""),
		)
		.map(({ key }) => key.slice("table ".length))
		.filter((table) => !source.files.some(({ text }) => text.includes(table.slice(table.indexOf(".") + 1))));
}

function belongsTo({ key, postgres, model }: Difference, table: string): boolean {
	const name =
		/^(?:table|row security|columns?|comment|default|generated|primary key|unique|exclude|check(?: expression)?|foreign key|trigger|policy|using|with check) (.*)$/s.exec(
			key,
		)?.[1];
	if (name === table || name?.startsWith(`${table}.`)) return true;
	return [postgres, model].some(
		(value) => value?.startsWith(`on ${table} `) || value?.startsWith(`owned by ${table}.`),
	);
}
