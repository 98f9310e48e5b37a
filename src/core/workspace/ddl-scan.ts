import { Lexer } from "../text/lexer";
import type { SourceFile } from "./database";

/** What a look at a file's tokens tells of its objects; no parser is loaded for it. Names are folded, without their schema. */
export interface DdlScan {
	readonly tables: ReadonlySet<string>;
	/** Types, domains, functions, views, sequences and schemas. */
	readonly others: ReadonlySet<string>;
	/** Tables that statements name as there already. */
	readonly uses: ReadonlySet<string>;
	/** Every name and word, to see which of others' types and functions it uses. */
	readonly words: ReadonlySet<string>;
	/** Statements that change the schema. */
	readonly ddl: number;
}

const scans = new WeakMap<SourceFile, DdlScan>();

/** The scan of a file; done once for each file object. */
export function scanDdl(file: SourceFile): DdlScan {
	let scan = scans.get(file);
	if (!scan) {
		scan = withDeclared(new Scanner(file.text).scan(), file.text);
		scans.set(file, scan);
	}
	return scan;
}

/** A function's variables need their types, a view's or a table's rows among them, as soon as it is created. */
function withDeclared(scan: DdlScan, text: string): DdlScan {
	const declared = [...text.matchAll(/\bdeclare\b([\s\S]{0,4000}?)\bbegin\b/gi)].flatMap(([, part = ""]) =>
		[...part.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)].map(([word]) => word.toLowerCase()),
	);
	return declared.length === 0 ? scan : { ...scan, words: new Set([...scan.words, ...declared]) };
}

const OTHER_OBJECTS = new Set(["type", "domain", "function", "procedure", "view", "sequence", "schema", "aggregate"]);
const CREATE_MODIFIERS = new Set([
	"or",
	"replace",
	"global",
	"local",
	"temporary",
	"temp",
	"unlogged",
	"foreign",
	"materialized",
	"recursive",
	"trusted",
]);

/** What stands behind ON where a privilege is for no table. https://www.postgresql.org/docs/current/sql-grant.html */
const NO_TABLE = new Set([
	"all",
	"schema",
	"database",
	"function",
	"procedure",
	"routine",
	"sequence",
	"type",
	"domain",
	"language",
	"large",
	"foreign",
	"tablespace",
	"parameter",
]);

/** What every server has; `pg_` is kept for it. */
function isCatalog(schema: string, name: string): boolean {
	return schema === "information_schema" || schema.startsWith("pg_") || name.startsWith("pg_");
}

class Scanner {
	readonly #lexer: Lexer;
	readonly #tables = new Set<string>();
	readonly #others = new Set<string>();
	readonly #uses = new Set<string>();
	readonly #words = new Set<string>();
	#ddl = 0;

	constructor(text: string) {
		this.#lexer = new Lexer(text);
	}

	scan(): DdlScan {
		let word = this.#next();
		let atStart = true;
		while (this.#lexer.kind !== "end") {
			const starts = atStart;
			atStart = this.#lexer.is(";");
			if (starts && word === "create") word = this.#create();
			else if (starts && (word === "alter" || word === "drop" || word === "comment" || word === "do")) {
				this.#ddl++;
				const alters = word === "alter";
				word = this.#next();
				if (alters && word === "table") word = this.#name(this.#uses, this.#next());
			} else if (starts && (word === "grant" || word === "revoke")) word = this.#grant();
			else if (starts && word === "insert") {
				word = this.#next();
				if (word === "into") word = this.#name(this.#uses, this.#next());
			} else if (word === "references" || word === "join" || word === "from" || word === "inherits") {
				word = this.#next();
				if (this.#lexer.is("(")) word = this.#next();
				word = this.#name(this.#uses, word);
			} else if (word === "rename") {
				word = this.#next();
				if (word === "to") word = this.#name(this.#tables, this.#next());
			} else if (word === "partition") {
				word = this.#next();
				if (word === "of") word = this.#name(this.#uses, this.#next());
			} else word = this.#next();
		}
		return { tables: this.#tables, others: this.#others, uses: this.#uses, words: this.#words, ddl: this.#ddl };
	}

	#create(): string {
		this.#ddl++;
		let word = this.#next();
		while (CREATE_MODIFIERS.has(word)) word = this.#next();
		if (word === "table") return this.#name(this.#tables, this.#next());
		if (OTHER_OBJECTS.has(word)) return this.#name(this.#others, this.#next());
		if (word === "index" || word === "unique" || word === "trigger" || word === "policy" || word === "constraint") {
			while (this.#lexer.kind !== "end" && !this.#lexer.is(";") && word !== "on") word = this.#next();
			if (word === "on") {
				word = this.#next();
				if (word === "only") word = this.#next();
				return this.#name(this.#uses, word);
			}
		}
		return word;
	}

	/** `GRANT … ON [TABLE] name`; on what else, or to a role, it names no table. */
	#grant(): string {
		this.#ddl++;
		let word = this.#next();
		while (this.#lexer.kind !== "end" && !this.#lexer.is(";") && word !== "on") word = this.#next();
		if (word !== "on") return word;
		word = this.#next();
		if (NO_TABLE.has(word)) return word;
		return this.#name(this.#uses, word === "table" ? this.#next() : word);
	}

	/** Reads `[IF [NOT] EXISTS] [ONLY] [schema.]name` from the token that is `word`; gives the word behind. */
	#name(into: Set<string>, first: string): string {
		let word = first;
		while (word === "if" || word === "not" || word === "exists" || word === "only") word = this.#next();
		const { kind } = this.#lexer;
		if (kind !== "word" && kind !== "quoted-name" && kind !== "placeholder") return word;
		let name = word;
		word = this.#next();
		let schema = "";
		while (this.#lexer.is(".")) {
			schema = name;
			name = this.#next();
			word = this.#next();
		}
		if (!isCatalog(schema, name)) into.add(name);
		return word;
	}

	/** The next token's folded name, or "" for what isn't one. */
	#next(): string {
		const kind = this.#lexer.nextCode();
		if (kind === "word") {
			const word = this.#lexer.value().toLowerCase();
			this.#words.add(word);
			return word;
		}
		if (kind !== "quoted-name") return "";
		const name = this.#lexer.value().slice(1, -1).replaceAll('""', '"');
		this.#words.add(name);
		return name;
	}
}
