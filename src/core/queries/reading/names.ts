import { Lexer } from "../../text/lexer";
import type { Span } from "../../text/span";
import type { Relation } from "./relation";

/** Where a relation's name stands in the statement's text; null within a view, or where it can't be told. */
export function nameSpan(text: string, { location }: Pick<Relation, "location">): Span | null {
	if (location === null) return null;
	const lexer = new Lexer(text, location);
	lexer.next();
	let end = lexer.end;
	while (text[end] === ".") {
		lexer.next();
		lexer.next();
		end = lexer.end;
	}
	return { start: location, end };
}

/** The table as messages name it. */
export function shownTable({ table, key, view }: Relation): string {
	const name = table?.schema === "public" ? table.name : (key ?? "");
	return view === null ? name : `${name} (read through ${view.replace(/^public\./, "")})`;
}
