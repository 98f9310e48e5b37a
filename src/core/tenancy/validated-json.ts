import {
	findNodeAtLocation,
	getNodePath,
	type Node,
	type ParseError,
	parseTree,
	printParseErrorCode,
} from "jsonc-parser";
import type * as z from "zod";
import type { Problem, Span } from "../text/span";

/** More mistakes than anybody makes; each round removes at least one. */
const MOST_ROUNDS = 100;

/**
 * JSON (comments and trailing commas are allowed) that is checked with a schema. Wrong parts are reported with their place
 * and left out; the right ones still count. Never throws.
 *
 * @param expected what the file holds, for a file that holds something else
 * @returns null where nothing that the schema accepts is left
 */
export function readValidated<Schema extends z.ZodType>(
	text: string,
	file: string,
	schema: Schema,
	expected: string,
): { value: z.output<Schema> | null; problems: Problem[] } {
	const errors: ParseError[] = [];
	const tree = parseTree(text, errors, { allowTrailingComma: true });
	const problems: Problem[] = errors.map((error) =>
		problemAt(
			file,
			{ start: error.offset, end: error.offset + error.length },
			`This is not valid JSON: ${words(printParseErrorCode(error.error))}.`,
		),
	);
	if (tree?.type !== "object") {
		if (problems.length === 0)
			problems.push(
				problemAt(file, { start: 0, end: text.length }, `A JSON object with ${expected} is expected here.`),
			);
		return { value: null, problems };
	}
	let value = jsonValue(tree);
	const reported = new Set<string>();
	// Each round removes what the last one found wrong, so that one mistake does not cost the other settings.
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const result = schema.safeParse(value);
		if (result.success) return { value: result.data, problems };
		const before = JSON.stringify(value);
		for (const issue of result.error.issues) {
			const paths =
				issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [[...issue.path]];
			for (const path of paths) {
				const name = path.join(".");
				// What was left out of it is why it is wrong now.
				const isFollowUp = [...reported].some((other) => other === name || other.startsWith(`${name}.`));
				const isThere = path.length === 0 || findNodeAtLocation(tree, path as (string | number)[]) !== undefined;
				// What is missing in text that ends too early may only be cut off.
				if (!isFollowUp && (isThere || errors.length === 0)) {
					const message = isThere ? `${name || "The file"}: ${issue.message}` : `${name} is missing.`;
					problems.push(problemAt(file, spanOf(tree, path), message));
				}
				reported.add(name);
				value = without(value, nearest(value, path));
			}
		}
		if (JSON.stringify(value) === before) break;
	}
	return { value: null, problems };
}

function problemAt(file: string, span: Span, message: string): Problem {
	return { location: { file, span }, message, kind: "config", severity: "error" };
}

function words(code: string): string {
	return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function jsonValue(node: Node): unknown {
	switch (node.type) {
		case "object":
			return Object.fromEntries(
				(node.children ?? []).flatMap((p) =>
					p.children?.[1] ? [[String(p.children[0]?.value), jsonValue(p.children[1])]] : [],
				),
			);
		case "array":
			return (node.children ?? []).map(jsonValue);
		default:
			return node.value;
	}
}

function spanOf(tree: Node, path: readonly PropertyKey[]): Span {
	for (let length = path.length; length >= 0; length--) {
		const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
		if (!node) continue;
		const property = node.parent?.type === "property" && getNodePath(node).length === path.length ? node.parent : node;
		return { start: property.offset, end: property.offset + property.length };
	}
	return { start: tree.offset, end: tree.offset + tree.length };
}

/** The path, or what is there above it: what lacks something that it must have is wrong as a whole. */
function nearest(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
	let at = value;
	for (const [i, key] of path.entries()) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return path.slice(0, i);
		at = (at as Record<PropertyKey, unknown>)[key];
	}
	return path;
}

function without(value: unknown, path: readonly PropertyKey[]): unknown {
	const [head, ...rest] = path;
	if (head === undefined) return {};
	if (Array.isArray(value)) {
		return rest.length === 0
			? value.filter((_, i) => i !== head)
			: value.map((item, i) => (i === head ? without(item, rest) : item));
	}
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value);
	return Object.fromEntries(
		rest.length === 0
			? entries.filter(([key]) => key !== head)
			: entries.map(([key, item]) => [key, key === head ? without(item, rest) : item]),
	);
}
