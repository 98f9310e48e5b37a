import { compareText } from "../../text/compare";
import type { SourceFile } from "../database";
import { commonFolder, compareDigits, folderOf, isWithin, nameOf } from "../paths";
import { databasePath, type Finder } from "../workspace";

const NAME = /^(?:([VUB])(\d+(?:[._]\d+)*)|R)__(.*)\.sql$/i;

/**
 * `V1.2__name.sql` by version, compared part by part as numbers; then the repeatable `R__name.sql` by description. `U…`
 * undo files don't run. A new database starts from the newest baseline `B…`, and skips what is as old or older.
 * Locations are scanned with the folders below them.
 * https://documentation.red-gate.com/fd/versioned-migrations-273973333.html, and Concepts in https://github.com/flyway/flyway/tree/main/documentation
 */
export const findFlyway: Finder = (workspace) => {
	const named = workspace.files.filter(({ path }) => NAME.test(nameOf(path)));
	const roots = locations(named.filter(({ path }) => /^[VB]\d/i.test(nameOf(path))));
	return roots.map((root) => {
		const own = named.filter(
			({ path }) =>
				isWithin(path, root) &&
				!roots.some((other) => other !== root && isWithin(other, root) && isWithin(path, other)),
		);
		return { path: databasePath(root), kind: "flyway", files: inOrder(own), alsoTaken: own.map(({ path }) => path) };
	});
};

/** Folders that hold versioned files; those without a version in common whose parent is a `migration` folder, or which lie within each other, are one location. */
function locations(files: readonly SourceFile[]): string[] {
	const versions = new Map<string, Set<string>>();
	for (const { path } of files) {
		const folder = folderOf(path);
		versions.set(folder, (versions.get(folder) ?? new Set()).add(versionOf(path).join(".")));
	}
	for (let merged = true; merged; ) {
		merged = false;
		for (const [a, versionsA] of versions) {
			for (const [b, versionsB] of versions) {
				if (a === b || !belongTogether(a, b) || [...versionsA].some((version) => versionsB.has(version))) continue;
				versions.delete(a);
				versions.delete(b);
				versions.set(commonFolder([`${a}/-`, `${b}/-`]), new Set([...versionsA, ...versionsB]));
				merged = true;
				break;
			}
			if (merged) break;
		}
	}
	return [...versions.keys()].sort(compareText);
}

function belongTogether(a: string, b: string): boolean {
	return isWithin(a, b) || isWithin(b, a) || /(?:^|\/)migrations?(?:\/|$)/.test(commonFolder([`${a}/-`, `${b}/-`]));
}

function inOrder(files: readonly SourceFile[]): SourceFile[] {
	const ofKind = (letter: string) => files.filter(({ path }) => nameOf(path)[0]?.toUpperCase() === letter);
	const byVersion = (a: SourceFile, b: SourceFile) =>
		compareVersions(versionOf(a.path), versionOf(b.path)) || compareText(a.path, b.path);
	const baseline = ofKind("B").sort(byVersion).at(-1);
	const versioned = ofKind("V").sort(byVersion);
	const after = baseline
		? versioned.filter(({ path }) => compareVersions(versionOf(path), versionOf(baseline.path)) > 0)
		: versioned;
	const repeatable = ofKind("R").sort((a, b) => compareText(nameOf(a.path), nameOf(b.path)));
	return [...(baseline ? [baseline] : []), ...after, ...repeatable];
}

function versionOf(path: string): string[] {
	return (NAME.exec(nameOf(path))?.[2] ?? "0").split(/[._]/).map((part) => part.replace(/^0+(?=\d)/, ""));
}

function compareVersions(a: readonly string[], b: readonly string[]): number {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const order = compareDigits(a[index] ?? "0", b[index] ?? "0");
		if (order !== 0) return order;
	}
	return 0;
}
