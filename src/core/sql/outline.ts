import type { Span } from "../text/span";
import { type Fields, isFields, listOf, numberOf, stringsOf } from "./name-scope";
import { NameTokens } from "./name-tokens";
import type { SqlFile, Statement } from "./statement";

export type OutlineKind =
	| "schema"
	| "table"
	| "column"
	| "constraint"
	| "view"
	| "function"
	| "policy"
	| "trigger"
	| "index"
	| "type"
	| "sequence"
	| "role"
	| "extension";

/** Something that a file creates. Spans are of the file. */
export interface OutlineItem {
	readonly kind: OutlineKind;
	/** As the file gives it: with its schema where that stands there. */
	readonly name: string;
	/** A few words more: a column's type, a policy's table. */
	readonly detail: string;
	readonly span: Span;
	/** Where its name stands, within `span`. */
	readonly nameSpan: Span;
	readonly children: readonly OutlineItem[];
}

/** What may belong to a type behind its name: `(10, 2)`, `varying(20)`, `(3) with time zone`, `[]`. */
const TYPE_REST = /^(\s+(varying|precision)\b)?(\s*\([^()]*\))?(\s+(with|without)\s+time\s+zone\b)?(\s*\[\d*\])*/i;

/** What a file creates, in its order. Statements that only change something are not in it. */
export function outline({ statements }: Pick<SqlFile, "statements">): OutlineItem[] {
	return statements.flatMap((statement) => {
		const [tag] = statement.node ? Object.keys(statement.node) : [];
		const describe = tag === undefined ? undefined : CREATIONS[tag];
		const fields = tag === undefined ? undefined : (statement.node as Fields)[tag];
		return describe && isFields(fields) ? describe(new StatementOutline(statement), fields) : [];
	});
}

type Describe = (outline: StatementOutline, fields: Fields) => OutlineItem[];

const CREATIONS: Readonly<Record<string, Describe>> = {
	CreateSchemaStmt: (o, { schemaname, schemaElts }) => [
		o.named("schema", schemaname, "", () => listOf(schemaElts).flatMap((element) => nested(o, element))),
	],
	CreateStmt: (o, { relation, tableElts }) => [
		o.relation("table", relation, () => listOf(tableElts).flatMap((element) => o.element(element))),
	],
	CreateForeignTableStmt: (o, { base }) => (isFields(base) ? (CREATIONS.CreateStmt?.(o, base) ?? []) : []),
	CreateTableAsStmt: (o, { into, objtype }) =>
		isFields(into) ? [o.relation(objtype === "OBJECT_MATVIEW" ? "view" : "table", into.rel)] : [],
	ViewStmt: (o, { view }) => [o.relation("view", view)],
	CreateSeqStmt: (o, { sequence }) => [o.relation("sequence", sequence)],
	IndexStmt: (o, { idxname, relation }) => [o.named("index", idxname ?? "index", `ON ${nameOf(relation)}`)],
	CreatePolicyStmt: (o, { policy_name, table }) => [o.named("policy", policy_name, `ON ${nameOf(table)}`)],
	CreateTrigStmt: (o, { trigname, relation }) => [o.named("trigger", trigname, `ON ${nameOf(relation)}`)],
	CreateFunctionStmt: (o, { funcname, is_procedure }) => [
		o.qualified("function", stringsOf(funcname), is_procedure ? "procedure" : ""),
	],
	DefineStmt: (o, { defnames, kind }) =>
		kind === "OBJECT_AGGREGATE"
			? [o.qualified("function", stringsOf(defnames), "aggregate")]
			: kind === "OBJECT_TYPE"
				? [o.qualified("type", stringsOf(defnames), "")]
				: [],
	CreateEnumStmt: (o, { typeName }) => [o.qualified("type", stringsOf(typeName), "enum")],
	CreateRangeStmt: (o, { typeName }) => [o.qualified("type", stringsOf(typeName), "range")],
	CreateDomainStmt: (o, { domainname }) => [o.qualified("type", stringsOf(domainname), "domain")],
	CompositeTypeStmt: (o, { typevar }) => [o.relation("type", typevar)],
	CreateRoleStmt: (o, { role }) => [o.named("role", role, "")],
	CreateExtensionStmt: (o, { extname }) => [o.named("extension", extname, "")],
};

function nested(o: StatementOutline, element: unknown): OutlineItem[] {
	if (!isFields(element)) return [];
	const [tag = ""] = Object.keys(element);
	const fields = element[tag];
	return isFields(fields) ? (CREATIONS[tag]?.(o, fields) ?? []) : [];
}

class StatementOutline {
	readonly #tokens: NameTokens;
	readonly #span: Span;
	readonly #text: string;
	/** Behind the last name found: names come in order. */
	#cursor = 0;

	constructor({ text, span }: Statement) {
		this.#tokens = new NameTokens(text);
		this.#span = span;
		this.#text = text;
		this.#cursor = this.#tokens.tokens[0]?.end ?? 0;
	}

	relation(kind: OutlineKind, relation: unknown, children?: () => readonly OutlineItem[]): OutlineItem {
		const chain = this.#tokens.chainAt(isFields(relation) ? numberOf(relation.location) : -1);
		return this.#item(kind, nameOf(relation), "", chain.at(-1), children);
	}

	named(kind: OutlineKind, name: unknown, detail: string, children?: () => readonly OutlineItem[]): OutlineItem {
		return this.#item(kind, String(name), detail, this.#tokens.take(String(name), this.#cursor), children);
	}

	qualified(kind: OutlineKind, names: readonly string[], detail: string): OutlineItem {
		return this.#item(kind, names.join("."), detail, this.#tokens.takeChain(names, this.#cursor).at(-1));
	}

	/** A column, or a constraint that has a name. */
	element(element: unknown): OutlineItem[] {
		if (!isFields(element)) return [];
		const { ColumnDef: column, Constraint: constraint } = element;
		if (isFields(column)) {
			const [token] = this.#tokens.chainAt(numberOf(column.location));
			if (!token) return [];
			const type = isFields(column.typeName) ? this.#typeText(column.typeName) : "";
			const span = this.#place(token.start, Math.max(token.end, this.#cursor));
			return [
				{
					kind: "column",
					name: String(column.colname),
					detail: type,
					span,
					nameSpan: this.#place(token.start, token.end),
					children: [],
				},
			];
		}
		if (!isFields(constraint) || typeof constraint.conname !== "string") return [];
		const token = this.#tokens.take(constraint.conname, numberOf(constraint.location));
		if (!token) return [];
		const place = this.#place(token.start, token.end);
		return [{ kind: "constraint", name: constraint.conname, detail: "", span: place, nameSpan: place, children: [] }];
	}

	/** As it is written, on one line, with what is in brackets behind it. */
	#typeText(type: Fields): string {
		const chain = this.#tokens.chainAt(numberOf(type.location));
		const end = chain.at(-1)?.end;
		if (end === undefined) return stringsOf(type.names).at(-1) ?? "";
		this.#cursor = end;
		const rest = TYPE_REST.exec(this.#text.slice(end))?.[0] ?? "";
		return (this.#text.slice(chain[0]?.start, end) + rest).replace(/\s+/g, " ");
	}

	#item(
		kind: OutlineKind,
		name: string,
		detail: string,
		token: { readonly start: number; readonly end: number } | null | undefined,
		children: () => readonly OutlineItem[] = () => [],
	): OutlineItem {
		if (token) this.#cursor = token.end;
		const nameSpan = token ? this.#place(token.start, token.end) : { start: this.#span.start, end: this.#span.start };
		return { kind, name, detail, span: this.#span, nameSpan, children: children() };
	}

	#place(start: number, end: number): Span {
		return { start: this.#span.start + start, end: this.#span.start + end };
	}
}

function nameOf(relation: unknown): string {
	if (!isFields(relation)) return "";
	return typeof relation.schemaname === "string"
		? `${relation.schemaname}.${String(relation.relname)}`
		: String(relation.relname);
}
