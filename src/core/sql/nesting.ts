import { Lexer } from "../text/lexer";

/** Words that make the tree one level deeper each time they stand in a row. AND and OR don't: PostgreSQL flattens them. */
const DEEPENING = new Set([
	"not",
	"union",
	"except",
	"intersect",
	"join",
	"case",
	"is",
	"collate",
	"between",
	"like",
	"ilike",
	"at",
]);
const FLATTENING = new Set(["and", "or"]);

/**
 * How deep the statement's tree is at most, from its tokens: brackets, and operators in a row at each level.
 * Too high rather than too low; for a guard before parsing.
 */
export function depthOf(text: string): number {
	const lexer = new Lexer(text);
	const outer: number[] = [];
	let chain = 0;
	let sum = 0;
	let deepest = 0;
	let afterOperator = false;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		const operator = kind === "operator";
		if (operator) {
			// `::` and `<=` are two tokens here and one level there.
			if (!afterOperator || lexer.is("-") || lexer.is("+")) chain++;
		} else if (kind === "word") {
			const length = lexer.end - lexer.start;
			if (length <= 9) {
				const word = lexer.value().toLowerCase();
				if (DEEPENING.has(word)) chain++;
				else if (FLATTENING.has(word)) chain = 0;
			}
		} else if (kind === "punctuation") {
			if (lexer.is("(") || lexer.is("[")) {
				outer.push(chain);
				sum += chain + 3;
				chain = 0;
			} else if (lexer.is(")") || lexer.is("]")) {
				const before = outer.pop();
				if (before !== undefined) {
					chain = before;
					sum -= before + 3;
				}
			} else if (lexer.is(",") || lexer.is(";")) chain = 0;
		}
		afterOperator = operator;
		if (sum + chain > deepest) deepest = sum + chain;
	}
	return deepest;
}
