const SPECIAL = /[*?[\]{}]/;

/** A glob divided into the folder where its matches can be, and the test for a path under it (with `/`). */
export interface Glob {
	readonly base: string;
	readonly matches: (path: string) => boolean;
}

/** Null where the text has nothing that a glob has: then it is the name of a file. */
export function parseGlob(text: string): Glob | null {
	const parts = text.split("/");
	const first = parts.findIndex((part) => SPECIAL.test(part));
	if (first === -1) return null;
	const base = parts.slice(0, first).join("/") || (text.startsWith("/") ? "/" : ".");
	const pattern = new RegExp(`^${toRegExp(parts.slice(first).join("/"))}$`, "u");
	return { base, matches: (path) => pattern.test(path) };
}

/** `*` and `?` within a name, `**` over folders, `[a-z]`, `[!a]`, `{a,b}`: what the shells agree on. */
function toRegExp(glob: string): string {
	let result = "";
	let braces = 0;
	for (let i = 0; i < glob.length; i++) {
		const character = glob[i] as string;
		const set = character === "[" ? /^\[([!^]?)(\]?[^\]/]*)\]/u.exec(glob.slice(i)) : null;
		if (glob.startsWith("**/", i) && (i === 0 || glob[i - 1] === "/")) {
			result += "(?:[^/]+/)*";
			i += 2;
		} else if (glob.startsWith("**", i)) {
			result += ".*";
			i += 1;
		} else if (character === "*") result += "[^/]*";
		else if (character === "?") result += "[^/]";
		else if (set?.[2]) {
			result += characterSet(set[2], set[1] !== "");
			i += set[0].length - 1;
		} else if (character === "{" && glob.indexOf("}", i) > i) {
			result += "(?:";
			braces++;
		} else if (character === "}" && braces > 0) {
			result += ")";
			braces--;
		} else if (character === "," && braces > 0) result += "|";
		else result += character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
	}
	return result + ")".repeat(braces);
}

/** As in the shells, a range from high to low (`[z-a]`) matches nothing, and no set matches a `/`. */
function characterSet(members: string, negated: boolean): string {
	const set = `[${negated ? "^/" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`;
	try {
		new RegExp(set, "u");
		return set;
	} catch {
		return negated ? "[^/]" : "(?!)";
	}
}
