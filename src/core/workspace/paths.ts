import { compareText } from "../text/compare";

/** The folder of a path, "" for one at the workspace's root. */
export function folderOf(path: string): string {
	const slash = path.lastIndexOf("/");
	return slash < 0 ? "" : path.slice(0, slash);
}

export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

export function joinPath(folder: string, relative: string): string {
	const parts = folder === "" ? [] : folder.split("/");
	for (const part of relative.replaceAll("\\", "/").split("/")) {
		if (part === "..") parts.pop();
		else if (part !== "." && part !== "") parts.push(part);
	}
	return parts.join("/");
}

/** Whether `path` lies in `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
	return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The deepest folder that holds all paths. */
export function commonFolder(paths: readonly string[]): string {
	const [first = "", ...others] = paths.map(folderOf);
	let common = first;
	for (const folder of others) while (!isWithin(folder, common)) common = folderOf(common);
	return common;
}

/** What shares more folders with the path goes first: a program in `services/a/` is about the database in `services/a/migrations`. */
export function nearestFirst<T>(all: readonly T[], path: string, pathOf: (one: T) => string): T[] {
	const parts = path.split("/");
	const shared = (one: T) => {
		const others = pathOf(one) === "." ? [] : pathOf(one).split("/");
		const end = others.findIndex((part, i) => part !== parts[i]);
		return end === -1 ? others.length : end;
	};
	return [...all].sort((a, b) => shared(b) - shared(a));
}

/** Compares digits as numbers of any length and the rest by code unit: `2_b` before `10_a`. */
export function compareNumbered(a: string, b: string): number {
	const partsA: readonly string[] = a.match(/\d+|\D+/g) ?? [];
	const partsB: readonly string[] = b.match(/\d+|\D+/g) ?? [];
	for (let index = 0; index < Math.min(partsA.length, partsB.length); index++) {
		const order = comparePart(partsA[index] as string, partsB[index] as string);
		if (order !== 0) return order;
	}
	return partsA.length - partsB.length || compareText(a, b);
}

function comparePart(a: string, b: string): number {
	if (!/^\d/.test(a) || !/^\d/.test(b)) return compareText(a, b);
	return compareDigits(a, b);
}

/** Numbers written as digits, too long perhaps for a number. */
export function compareDigits(a: string, b: string): number {
	const [shortA, shortB] = [a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, "")];
	return shortA.length - shortB.length || compareText(shortA, shortB);
}
