import type { RangeVar } from "@pgsql/types";
import type { Location } from "../text/span";
import type {
	FunctionDraft,
	GrantTarget,
	PublicationDraft,
	ReadableDraft,
	RelationDraft,
	RoleDraft,
	SchemaDraft,
	SequenceDraft,
	TableDraft,
	TypeDraft,
	ViewDraft,
} from "./drafts";
import type { ForeignKeyDraft } from "./drafts-table";
import { GrantSet } from "./grant-set";
import type { DefaultPrivilege, QName } from "./model";
import { chooseName, keyOf } from "./names";
import { Reports } from "./reports";

/** The schema that temporary objects live in, as far as one session sees it. */
export const TEMPORARY = "pg_temp";

/** The schemas of every new database. */
const BUILT_IN = new Set(["public", "pg_catalog", "information_schema", "pg_toast", TEMPORARY]);

/** Everything that the statements so far have made, and how names find it. */
export class Catalog extends Reports {
	readonly schemas = new Map<string, SchemaDraft>();
	/** By `schema.name`: tables, views, indexes, sequences and composite types share their names. */
	readonly relations = new Map<string, RelationDraft>();
	/** In order of creation, whatever their names are by now. */
	readonly tables = new Set<TableDraft>();
	readonly views = new Set<ViewDraft>();
	readonly sequences = new Set<SequenceDraft>();
	readonly types = new Map<string, TypeDraft>();
	/** By `schema.name`: all overloads. */
	readonly functions = new Map<string, FunctionDraft[]>();
	/** Bare names of functions that are or were there. */
	readonly functionNames = new Set<string>();
	readonly roles = new Map<string, RoleDraft>();
	readonly extensions = new Map<string, SchemaDraft>();
	readonly publications = new Map<string, PublicationDraft>();
	readonly grants = new GrantSet();
	/** What was taken of whole objects and not given again since. */
	readonly revokes = new GrantSet();
	readonly defaultPrivileges: DefaultPrivilege[] = [];
	/** Tables that the files put literal rows into, with the first such statement. */
	readonly seeded = new Map<TableDraft, Location>();
	/** Schemas to each of which the files do the same by what they are called like, with that. */
	readonly alikeSchemas = new Map<string, string>();
	/** Foreign keys whose table no statement has created yet. */
	readonly pending = new Set<ForeignKeyDraft>();

	/** Who SET ROLE says that owns what is created; null where nothing says it. */
	role: string | null = null;
	/** Within a transaction, where SET LOCAL has an effect. */
	inTransaction = true;
	/** What a new session's `search_path` is, what SET made of it, and what SET LOCAL says until the transaction's end. */
	sessionSearchPath: readonly string[] = ["public"];
	localSearchPath: readonly string[] | null = null;
	initialSearchPath: readonly string[] = ["public"];

	/** The functions whose bodies are being applied, outermost first. */
	readonly calls: FunctionDraft[] = [];
	/** Where the outermost of them is called, and the SQL that calls it. */
	callSite: { readonly location: Location; readonly text: string } | null = null;
	/** How often each `schema.name` is a constraint's name: generated names avoid those. */
	readonly #constraintNames = new Map<string, number>();
	/** Whether the session that is under way was ever about temporary objects: most never are, and there is nothing to clear away. */
	hasTemporary = false;
	/** While a statement's names are collected: bare names of what it looked for, in small letters, found or not. */
	reached: Set<string> | null = null;
	/** Schemas that the files put objects into without creating them. */
	readonly #filled = new Set<string>();

	/** Notes that what the statement does depends on this name. */
	reach(name: string): void {
		this.reached?.add(name.toLowerCase());
	}

	hasSchema(name: string): boolean {
		return BUILT_IN.has(name) || this.schemas.has(name);
	}

	/** All that something may be in. */
	usedSchemas(): readonly string[] {
		return [...BUILT_IN, ...this.schemas.keys(), ...this.#filled];
	}

	// Names

	get searchPath(): readonly string[] {
		return this.localSearchPath ?? this.sessionSearchPath;
	}

	set searchPath(path: readonly string[]) {
		this.localSearchPath = null;
		this.sessionSearchPath = path;
	}

	/**
	 * The schema that an unqualified CREATE goes to: the first of the search path that exists, as PostgreSQL picks it. One
	 * that the files put objects into counts as existing, though something else creates it.
	 */
	creationSchema(): string {
		const exists = (schema: string): boolean => this.hasSchema(schema) || this.#filled.has(schema);
		return this.searchPath.find(exists) ?? this.searchPath[0] ?? "public";
	}

	/** Where a CREATE of this name puts its object. */
	newName(relation: RangeVar): QName {
		if (relation.relpersistence === "t" && !relation.schemaname) {
			this.hasTemporary = true;
			return { schema: TEMPORARY, name: relation.relname ?? "" };
		}
		return this.newNameOf(partsOf(relation));
	}

	newNameOf(parts: readonly string[]): QName {
		const name = this.meant(parts);
		if (!this.hasSchema(name.schema)) {
			this.#filled.add(name.schema);
			this.reportElsewhere(name.schema, this.location());
		}
		return name;
	}

	/** Looks a name of one or more parts up, through the search path where it has no schema. */
	find<T>(parts: readonly string[], get: (key: string) => T | undefined): T | undefined {
		const name = parts.at(-1) ?? "";
		const schema = parts.at(-2);
		this.reach(name);
		if (schema !== undefined) return get(keyOf(schema, name));
		const temporary = get(keyOf(TEMPORARY, name));
		if (temporary !== undefined) return temporary;
		for (const each of this.searchPath) {
			const found = get(keyOf(each, name));
			if (found !== undefined) return found;
		}
		return undefined;
	}

	/** Whether the files create a function of this bare name, in whatever schema: cheaper than looking it up. */
	hasFunction(path: readonly string[]): boolean {
		this.reach(path.at(-1) ?? "");
		return this.functionNames.has(path.at(-1) ?? "");
	}

	/** The name that would have been meant, for messages and for references that stay unresolved. */
	meant(parts: readonly string[]): QName {
		const schema = parts.at(-2) ?? this.creationSchema();
		this.reach(parts.at(-1) ?? "");
		this.hasTemporary ||= schema === TEMPORARY;
		return { schema, name: parts.at(-1) ?? "" };
	}

	relationNamed(parts: readonly string[]): RelationDraft | undefined {
		return this.find(parts, (key) => this.relations.get(key));
	}

	/** As `find` does it; written out, as most statements begin with it. */
	relation({ schemaname, relname = "" }: RangeVar): RelationDraft | undefined {
		this.reach(relname);
		if (schemaname) return this.relations.get(keyOf(schemaname, relname));
		let found = this.relations.get(keyOf(TEMPORARY, relname));
		for (const schema of this.searchPath) found ??= this.relations.get(keyOf(schema, relname));
		return found;
	}

	/** The table of that name; reports it when there is none and `missingOk` is false. */
	table(name: RangeVar, missingOk = false): TableDraft | null {
		const found = this.relation(name);
		if (found?.tag === "table") return found;
		if (!missingOk) this.reportMissing("Table", this.meant(partsOf(name)));
		return null;
	}

	readable(name: RangeVar): ReadableDraft | null {
		const found = this.relation(name);
		return found?.tag === "table" || found?.tag === "view" ? found : null;
	}

	/** The relations that a query reads, each once; what no file creates stays a qualified name. */
	readables(names: readonly RangeVar[]): (ReadableDraft | string)[] {
		const found = new Set<ReadableDraft | string>();
		for (const name of names) {
			const relation = this.readable(name);
			if (relation) found.add(relation);
			else if (!this.#isSystem(name)) {
				const meant = this.meant(partsOf(name));
				found.add(`${meant.schema}.${meant.name}`);
			}
		}
		return [...found];
	}

	#isSystem(name: RangeVar): boolean {
		return (
			name.schemaname === "pg_catalog" ||
			name.schemaname === "information_schema" ||
			(!name.schemaname && (name.relname ?? "").startsWith("pg_"))
		);
	}

	// Relations

	addRelation(relation: RelationDraft): void {
		this.relations.set(keyOf(relation.schema, relation.name), relation);
		if (relation.tag === "table") this.tables.add(relation);
		else if (relation.tag === "view") this.views.add(relation);
		else if (relation.tag === "sequence") this.sequences.add(relation);
	}

	removeRelation(relation: RelationDraft): void {
		const key = `${relation.schema}.${relation.name}`;
		if (this.relations.get(key) === relation) this.relations.delete(key);
		if (relation.tag === "table") this.tables.delete(relation);
		else if (relation.tag === "view") this.views.delete(relation);
		else if (relation.tag === "sequence") this.sequences.delete(relation);
	}

	/** Moves a relation to another name; what holds it sees the new one. */
	moveRelation(relation: RelationDraft, to: QName): void {
		const key = `${relation.schema}.${relation.name}`;
		if (this.relations.get(key) === relation) this.relations.delete(key);
		this.hasTemporary ||= to.schema === TEMPORARY;
		this.reach(to.name);
		relation.schema = to.schema;
		relation.name = to.name;
		this.relations.set(`${to.schema}.${to.name}`, relation);
	}

	/** Whether the text that nextval() is given means this sequence. */
	namesSequence(text: string, sequence: SequenceDraft): boolean {
		const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^."]+)/g)].map(
			(match) => match[1]?.replaceAll('""', '"') ?? (match[2] as string).toLowerCase(),
		);
		return parts.at(-1) === sequence.name && (parts.length === 1 || parts.at(-2) === sequence.schema);
	}

	/** Takes an object out of the grants when it is dropped. */
	forgetGrants(object: GrantTarget): void {
		this.grants.forget(object);
		this.revokes.forget(object);
	}

	// Generated names

	addConstraintName(schema: string, name: string): void {
		const key = keyOf(schema, name);
		this.#constraintNames.set(key, (this.#constraintNames.get(key) ?? 0) + 1);
	}

	removeConstraintName(schema: string, name: string): void {
		const key = keyOf(schema, name);
		const count = this.#constraintNames.get(key) ?? 0;
		if (count > 1) this.#constraintNames.set(key, count - 1);
		else this.#constraintNames.delete(key);
	}

	/** `ChooseRelationName`; a constraint's index also avoids the constraints' names. */
	chooseRelationName(
		schema: string,
		name1: string,
		name2: string | null,
		label: string,
		isConstraint: boolean,
	): string {
		return chooseName(name1, name2, label, (name) => {
			const key = keyOf(schema, name);
			return this.relations.has(key) || (isConstraint && this.#constraintNames.has(key));
		});
	}

	/** `ChooseConstraintName`. */
	chooseConstraintName(schema: string, name1: string, name2: string | null, label: string): string {
		return chooseName(name1, name2, label, (name) => this.#constraintNames.has(keyOf(schema, name)));
	}
}

/** A RangeVar's name as parts. */
export function partsOf(name: RangeVar): string[] {
	return name.schemaname ? [name.schemaname, name.relname ?? ""] : [name.relname ?? ""];
}
