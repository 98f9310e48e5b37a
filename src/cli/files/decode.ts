/** A file's bytes as text, with a remark where the text may not be what its author saw; or why it is no text. */
export type Decoded = { readonly text: string; readonly remark: string | null } | { readonly refused: string };

/**
 * Reads UTF-8, and UTF-16 where a byte order mark says so. Other bytes are read as Windows-1252, in which every byte is a
 * character: SQL's own words are ASCII in it, so at worst an accent in a name is wrong.
 */
export function decode(bytes: Uint8Array): Decoded {
	if (startsWith(bytes, "PGDMP")) {
		return {
			refused:
				'it is a pg_dump archive, not SQL text; turn it into text with "pg_restore --schema-only --file=schema.sql FILE"',
		};
	}
	const utf16 =
		bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
	if (utf16) return { text: new TextDecoder(utf16).decode(bytes), remark: null };
	if (bytes.includes(0)) return { refused: "it is binary, not SQL text" };
	try {
		return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), remark: null };
	} catch {
		return {
			text: new TextDecoder("windows-1252").decode(bytes),
			remark: "it is not UTF-8; it was read as Windows-1252, so letters beyond ASCII may be wrong",
		};
	}
}

function startsWith(bytes: Uint8Array, ascii: string): boolean {
	return [...ascii].every((character, i) => bytes[i] === character.charCodeAt(0));
}
