const ASKS =
	/\bcurrent_setting\s*\(|\bauth\s*\.\s*(uid|jwt|role|email)\s*\(|\b(session_user|current_user|current_role)\b|\bpg_has_role\s*\(/i;

const UID = String.raw`\(?\s*(?:select\s+)?auth\s*\.\s*uid\s*\(\s*\)\s*\)?`;
const SIGNED_IN = [
	new RegExp(String.raw`${UID}\s+is\s+(?:not\s+)?null`, "gi"),
	/\(?\s*(?:select\s+)?auth\s*\.\s*role\s*\(\s*\)\s*\)?\s*(?:=|<>|!=|is\s+(?:not\s+)?distinct\s+from)\s*'(?:anon|authenticated)'(?:::text)?/gi,
];
/** `caller uuid := auth.uid();`, as a declaration or later. */
const KEPT = new RegExp(String.raw`\b(\w+)\s+(?:constant\s+)?(?:uuid\s+)?(?::=|default)\s*${UID}\s*;`, "gi");

/**
 * Whether the text of a query or a function's body asks who the caller is, and not only whether somebody is signed in: that
 * lets in everybody of every tenant.
 */
export function asksWho(text: string): boolean {
	return ASKS.test(withoutSignedIn(withoutComments(text)));
}

/** Whether it asks at least that. */
export function asksForLogin(text: string): boolean {
	return ASKS.test(withoutComments(text));
}

function withoutComments(text: string): string {
	return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
}

function withoutSignedIn(code: string): string {
	let left = code;
	for (const test of SIGNED_IN) left = left.replace(test, "true");
	const kept = [...left.matchAll(KEPT)].map(([, name = ""]) => name);
	const without = left.replace(KEPT, ";");
	const isUsed = kept.some((name) =>
		new RegExp(String.raw`\b${name}\b`, "i").test(
			without.replace(new RegExp(String.raw`\b${name}\s+is\s+(?:not\s+)?null`, "gi"), "true"),
		),
	);
	// Used for anything else, it may be compared with the row.
	return isUsed ? left : without;
}
