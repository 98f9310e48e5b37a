import { compareText } from "../text/compare";
import type { DatabaseSource, SourceFile } from "./database";
import { besidePostgres, isWrittenForOther } from "./dialects";
import { isGenerated } from "./generated";
import { isNotSchema, isOtherDialect, isTestMaterial } from "./not-schema";
import { uniteSameDatabases } from "./same-database";
import { findAtlas } from "./tools/atlas";
import { findDbmate } from "./tools/dbmate";
import { findDeclarative } from "./tools/declarative";
import { findDrizzle } from "./tools/drizzle";
import { findFlyway } from "./tools/flyway";
import { findGolangMigrate } from "./tools/golang-migrate";
import { findGoose, findSqlMigrate } from "./tools/goose";
import { findNodePgMigrate } from "./tools/node-pg-migrate";
import { findOrdered } from "./tools/ordered";
import { findPrisma } from "./tools/prisma";
import { findRailsStructure } from "./tools/rails-structure";
import { findSqitch } from "./tools/sqitch";
import { findSupabase } from "./tools/supabase";
import { type Finder, Workspace } from "./workspace";

/** Those that a marker file or an own layout gives away. Each sees what the ones before it left. */
const BY_LAYOUT: readonly Finder[] = [
	findSqitch,
	findDrizzle,
	findPrisma,
	findSupabase,
	findFlyway,
	findGolangMigrate,
	findGoose,
	findSqlMigrate,
	findDbmate,
	findNodePgMigrate,
	findAtlas,
];
/** Those that take what looks like a schema, once what is known to be none is out. */
const BY_CONTENT: readonly Finder[] = [findRailsStructure, findOrdered, findDeclarative];

/**
 * The databases of a workspace, each with its files in the order in which its tool runs them; by path.
 * @param files what `isRelevantPath` admits, without what `.gitignore` names
 */
export function findDatabases(files: readonly SourceFile[]): DatabaseSource[] {
	const isBeside = besidePostgres(files.map(({ path }) => path));
	const isOther = (path: string) => isOtherDialect(path) || isBeside(path);
	const postgres = new Workspace(files.filter(({ path, text }) => !isOther(path) && !isGenerated(text)));
	const [byLayout, rest] = find(BY_LAYOUT, postgres);
	const schema = new Workspace(rest.files.filter(({ path }) => !isNotSchema(path)));
	let [byContent] = find(BY_CONTENT, schema);
	// A folder of tests or queries opened by itself: better its tables than nothing.
	if (byLayout.length === 0 && byContent.length === 0) [byContent] = find(BY_CONTENT, rest);
	const found = [...byLayout, ...byContent].filter(({ files }) => !isWrittenForOther(files));
	const sources = uniteSameDatabases(ownSchemas(found));
	return withOwnPaths(sources).sort((a, b) => compareText(a.path, b.path));
}

/** Without what is beside the product's own databases: those of its tests, and scripts that only change what others create. */
function ownSchemas(sources: readonly DatabaseSource[]): readonly DatabaseSource[] {
	const own = sources.filter(({ path, files }) => !isTestMaterial(path) && files.some(makesSchema));
	return own.length > 0 ? own : sources;
}

/** What a script makes and takes back at its end, as a test does, is no schema. */
function makesSchema({ text }: SourceFile): boolean {
	if (/\brollback\s*;\s*(?:--[^\n]*\n\s*)*(?:--[^\n]*)?$/i.test(text)) return false;
	return /\bcreate\s+(?:(?:\w+\s+){0,3}table|policy)\b/i.test(text);
}

/** A second database in a folder goes by its first file. */
function withOwnPaths(sources: readonly DatabaseSource[]): DatabaseSource[] {
	const taken = new Set<string>();
	return sources.map((source) => {
		const path = taken.has(source.path) ? (source.files[0]?.path ?? source.path) : source.path;
		taken.add(path);
		return { ...source, path };
	});
}

function find(finders: readonly Finder[], workspace: Workspace): [DatabaseSource[], Workspace] {
	const sources: DatabaseSource[] = [];
	let left = workspace;
	for (const finder of finders) {
		const found = finder(left);
		if (found.length === 0) continue;
		sources.push(
			...found.filter((source) => source.files.length > 0).map(({ path, kind, files }) => ({ path, kind, files })),
		);
		left = left.without(
			new Set(found.flatMap((source) => [...source.files.map(({ path }) => path), ...(source.alsoTaken ?? [])])),
		);
	}
	return [sources, left];
}
