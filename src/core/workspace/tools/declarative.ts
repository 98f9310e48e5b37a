import { compareText } from "../../text/compare";
import type { SourceFile } from "../database";
import { scanDdl } from "../ddl-scan";
import { isOfRelease } from "../not-schema";
import { includesOf, orderByReferences } from "../order-by-references";
import { commonFolder, folderOf } from "../paths";
import { databasePath, type Finder, isSql } from "../workspace";

/**
 * What is left and creates something: files that describe the schema as it should be. Those of a folder are one
 * database unless they create the same tables; folders are joined where a file includes one of another folder, or names
 * tables that only another creates.
 */
export const findDeclarative: Finder = (workspace) => {
	const sql = workspace.files.filter(isSql);
	const files = sql.filter((file) => scanDdl(file).ddl > 0 || includesOf(file, sql).length > 0);
	return joined([...byFolder(withoutUpgrades(files))].flatMap(separateVersions)).map((group) => {
		const [first, ...others] = group as [SourceFile, ...SourceFile[]];
		const path = others.length === 0 ? first.path : databasePath(commonFolder(group.map((file) => file.path)));
		return { path, kind: "declarative", files: orderByReferences(group) };
	});
};

/**
 * Scripts of a release bring what is installed up to what the schema beside them describes already: where that has at least
 * half of the tables that they name, they are no part of it.
 */
function withoutUpgrades(files: readonly SourceFile[]): readonly SourceFile[] {
	const isUpgrade = ({ path }: SourceFile) => isOfRelease(path);
	const described = new Set(files.flatMap((file) => (isUpgrade(file) ? [] : [...scanDdl(file).tables])));
	const named = new Set(
		files.flatMap((file) => (isUpgrade(file) ? [...scanDdl(file).tables, ...scanDdl(file).uses] : [])),
	);
	const known = [...named].filter((name) => described.has(name));
	return known.length > 0 && known.length * 2 >= named.size ? files.filter((file) => !isUpgrade(file)) : files;
}

function byFolder(files: readonly SourceFile[]): Iterable<SourceFile[]> {
	const folders = new Map<string, SourceFile[]>();
	for (const file of files) {
		const folder = folderOf(file.path);
		folders.set(folder, [...(folders.get(folder) ?? []), file]);
	}
	return folders.values();
}

/** Two files of a folder that create mostly the same tables are two versions of a schema, not two parts of it. */
function separateVersions(files: readonly SourceFile[]): SourceFile[][] {
	const groups: { files: SourceFile[]; tables: Set<string> }[] = [];
	for (const file of files) {
		const { tables } = scanDdl(file);
		const group = groups.find((candidate) => !areVersions(candidate.tables, tables));
		if (group) {
			group.files.push(file);
			for (const table of tables) group.tables.add(table);
		} else groups.push({ files: [file], tables: new Set(tables) });
	}
	return groups.map(({ files: own }) => own);
}

function areVersions(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
	const smaller = Math.min(a.size, b.size);
	const common = [...b].filter((table) => a.has(table)).length;
	return common > 0 && common * 2 >= smaller;
}

function joined(groups: readonly SourceFile[][]): SourceFile[][] {
	const all = groups.flat();
	const open = groups.map((files) => ({
		files,
		tables: new Set(files.flatMap((file) => [...scanDdl(file).tables])),
		uses: new Set(files.flatMap((file) => [...scanDdl(file).uses])),
		includes: new Set(files.flatMap((file) => includesOf(file, all))),
	}));
	type Group = (typeof open)[number];
	const needs = (a: Group, b: Group) =>
		[...a.uses].some((name) => !a.tables.has(name) && b.tables.has(name)) && !areVersions(a.tables, b.tables);
	const belong = (a: Group, b: Group) => b.files.some((file) => a.includes.has(file)) || needs(a, b);
	for (let index = 0; index < open.length; index++) {
		const group = open[index] as Group;
		const at = open.findIndex((other) => other !== group && (belong(group, other) || belong(other, group)));
		if (at < 0) continue;
		const other = open[at] as Group;
		open[index] = {
			files: [...group.files, ...other.files],
			tables: new Set([...group.tables, ...other.tables]),
			uses: new Set([...group.uses, ...other.uses]),
			includes: new Set([...group.includes, ...other.includes]),
		};
		open.splice(at, 1);
		index = -1;
	}
	return open.map(({ files }) => [...files].sort((a, b) => compareText(a.path, b.path)));
}
