import type { Node } from "@pgsql/types";

/** The fields of PostgreSQL's parse tree that are byte offsets (parsenodes.h, primnodes.h). -1 means unknown. */
const OFFSET_FIELDS = new Set([
	"location",
	"list_start",
	"list_end",
	"rexpr_list_start",
	"rexpr_list_end",
	"name_location",
]);

/**
 * Makes the byte offsets in a tree UTF-16 offsets from its statement's start, in place.
 * @param start where the statement begins in the text that was parsed, in bytes
 * @param text the statement; well-formed UTF-16
 */
export function relocate(tree: Node, start: number, text: string): void {
	const table = offsets(text);
	const pending: object[] = [tree];
	for (let value = pending.pop(); value; value = pending.pop()) {
		if (Array.isArray(value)) {
			for (const item of value) if (typeof item === "object" && item !== null) pending.push(item);
			continue;
		}
		const record = value as Record<string, unknown>;
		for (const key in record) {
			const field = record[key];
			if (typeof field === "object" && field !== null) pending.push(field);
			else if (typeof field === "number" && field >= start && OFFSET_FIELDS.has(key))
				record[key] = table ? table[field - start] : field - start;
		}
	}
}

/** For each byte of the text's UTF-8 form and its end, the UTF-16 offset of its character; null where they are the same. */
function offsets(text: string): Uint32Array | null {
	if (/^[\0-\x7f]*$/.test(text)) return null;
	const table = new Uint32Array(text.length * 3 + 1);
	let byte = 0;
	for (let at = 0; at < text.length; ) {
		const code = text.codePointAt(at) as number;
		const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		table.fill(at, byte, byte + bytes);
		byte += bytes;
		at += code > 0xffff ? 2 : 1;
	}
	table[byte] = text.length;
	return table;
}
