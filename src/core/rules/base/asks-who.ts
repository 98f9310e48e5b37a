import { withoutComments } from "./without-comments";

const ASKS =
	/\bcurrent_setting\s*\(|\bauth\s*\.\s*(uid|jwt|role|email)\s*\(|\b(session_user|current_user|current_role)\b|\bpg_has_role\s*\(/i;

const UID = String.raw`\(?\s*(?:select\s+)?auth\s*\.\s*uid\s*\(\s*\)\s*\)?`;
const SIGNED_IN = [
	new RegExp(String.raw`${UID}\s+is\s+(?:not\s+)?null`, "gi"),
	/\(?\s*(?:select\s+)?auth\s*\.\s*role\s*\(\s*\)\s*\)?\s*(?:=|<>|!=|is\s+(?:not\s+)?distinct\s+from)\s*'(?:anon|authenticated)'(?:::text)?/gi,
];
/** `coalesce(p_user_id, auth.uid())`: whoever calls may name somebody else. */
const DEFAULT = new RegExp(String.raw`\bcoalesce\s*\(\s*\w+\s*,\s*${UID}\s*\)`, "gi");
/** `caller uuid := auth.uid();`, as a declaration or later. */
const KEPT = new RegExp(String.raw`\b(\w+)\s+(?:constant\s+)?(?:uuid\s+)?(?::=|default)\s*${UID}\s*;`, "gi");

const CALLED = /\bauth\s*\.\s*uid\s*\(\s*\)/gi;
/** What SECURITY DEFINER makes the owner of the function. */
const OWNER = /\b(?:current_user|current_role)\b/gi;

/**
 * Whether the text of a query or a function's body asks who the caller is, and not only whether somebody is signed in: that
 * lets in everybody of every tenant.
 *
 * @param asOwner it runs with the rights of a function's owner, who is the current user then, whoever calls
 */
export function asksWho(text: string, asOwner = false): boolean {
	const { code, variables } = withoutSignedIn(asOwner ? text.replace(OWNER, "owner") : text);
	return ASKS.test(code) || timesIn(code, variables) > 0;
}

/** Whether it asks at least that. */
export function asksForLogin(text: string): boolean {
	return ASKS.test(withoutComments(text));
}

/** Whether it takes the caller for whom it works where it is given nobody else, and so may ask no more than that. */
export function takesCallerByDefault(text: string): boolean {
	return withoutComments(text).search(DEFAULT) >= 0;
}

/**
 * How often a body names who is signed in, by `auth.uid()` or by a variable that holds it, and these variables; null where it
 * asks for the caller in another way.
 */
export function namedCaller(body: string): { readonly times: number; readonly variables: ReadonlySet<string> } | null {
	const { code, variables } = withoutSignedIn(body);
	if (ASKS.test(code.replace(CALLED, ""))) return null;
	return { times: (code.match(CALLED)?.length ?? 0) + timesIn(code, variables), variables };
}

/** The code without the tests for a login, and without declaring and filling the variables that hold who it is. */
function withoutSignedIn(text: string): { code: string; variables: ReadonlySet<string> } {
	let code = withoutComments(text).replace(DEFAULT, "given");
	for (const test of SIGNED_IN) code = code.replace(test, "true");
	const variables = new Set([...code.matchAll(KEPT)].map(([, name = ""]) => name.toLowerCase()));
	code = code.replace(KEPT, ";");
	for (const name of variables)
		code = code.replace(new RegExp(String.raw`\b${name}\s+(?:uuid\s*;|is\s+(?:not\s+)?null\b)`, "gi"), "true;");
	return { code, variables };
}

/** How often variables stand in code. */
function timesIn(code: string, variables: ReadonlySet<string>): number {
	return [...variables].reduce(
		(sum, name) => sum + (code.match(new RegExp(String.raw`\b${name}\b`, "gi"))?.length ?? 0),
		0,
	);
}
