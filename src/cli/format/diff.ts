import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import type { Change } from "../files/apply";
import { harmless, type Paint } from "../output";

/**
 * Changes as a unified diff that `git apply` and `patch -p1` take; on a terminal without what would move its cursor.
 * https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function unifiedDiff(
	changes: readonly Change[],
	show: (path: string) => string,
	paint: Paint,
	terminal: boolean,
): string {
	return changes
		.map(({ path, before, after }) => {
			const from = before === null ? "/dev/null" : quoted(`a/${show(path)}`);
			const patch = structuredPatch(from, quoted(`b/${show(path)}`), before ?? "", after, undefined, undefined, {
				context: 3,
			});
			const lines = formatPatch(patch, FILE_HEADERS_ONLY).split("\n");
			return lines
				.map((line) => (terminal ? harmless(line) : line))
				.map(coloured(paint))
				.join("\n");
		})
		.join("");
}

/** As git writes a path that holds what would end it. https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath */
function quoted(path: string): string {
	if (!/["\\\u0000-\u001f\u007f]/.test(path)) return path;
	const escaped = path.replace(/["\\]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, (character) => {
		return `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
	});
	return `"${escaped}"`;
}

function coloured(paint: Paint): (line: string, i: number) => string {
	return (line, i) => {
		if (i < 2) return paint("bold", line);
		if (line.startsWith("+")) return paint("green", line);
		if (line.startsWith("-")) return paint("red", line);
		return line.startsWith("@@") ? paint("blue", line) : line;
	};
}
