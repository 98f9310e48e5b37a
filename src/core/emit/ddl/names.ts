import { type QName, qualified, type SchemaModel } from "../../schema/model";
import { Lexer } from "../../text/lexer";
import { quoteIdentifier, quoteLiteral, quoteName } from "../identifier";

type SchemaOf = (object: QName) => string | null;

/** How the objects of a model are called in what is printed, by their own name and within expressions. */
export class Names {
	readonly #schemaOf: SchemaOf | null;
	readonly #objects = new Map<string, QName>();
	readonly #functions = new Map<string, QName>();

	constructor(model: SchemaModel, schemaOf: SchemaOf | undefined) {
		this.#schemaOf = schemaOf ?? null;
		for (const objects of [model.tables, model.views, model.sequences, model.types])
			for (const object of objects.values()) this.#objects.set(qualified(object), object);
		for (const object of model.functions.values()) this.#functions.set(qualified(object), object);
	}

	/** The schema that an object is in; null where its name stands alone. */
	schemaOf(object: QName): string | null {
		return this.#schemaOf ? this.#schemaOf(object) : object.schema;
	}

	/** An object's name as SQL. */
	of(object: QName): string {
		const schema = this.schemaOf(object);
		return schema === null ? quoteIdentifier(object.name) : quoteName({ schema, name: object.name });
	}

	/** A type as the model shows it, which leaves `public` away. */
	type(type: string): string {
		const [, name = "", rest = ""] =
			/^((?:(?:"(?:[^"]|"")+"|[^"[(. ]+)\.)?(?:"(?:[^"]|"")+"|[^"[(.]+))(.*)$/s.exec(type) ?? [];
		const object = this.typeNamed(name);
		return object ? this.of(object) + rest : type;
	}

	/** What the files create under a type's printed name (without brackets and length): a type, or a table's rows. */
	typeNamed(name: string): QName | undefined {
		const parts = partsOf(name);
		return this.#objects.get(parts.length === 1 ? `public.${parts[0]}` : parts.join("."));
	}

	/** A relation or type by the words of its name, in lower case where they are not quoted. */
	find(parts: readonly string[]): QName | undefined {
		const key = parts.slice(0, 2).join(".");
		return this.#objects.get(key) ?? this.#functions.get(key);
	}

	/** SQL with the qualified names of the model's objects as they are called now, in strings too. */
	sql(text: string): string {
		return this.#schemaOf ? this.#rewritten(text) : text;
	}

	#rewritten(text: string): string {
		const lexer = new Lexer(text);
		const edits: { start: number; end: number; text: string }[] = [];
		let previous = "";
		for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
			const { start, end } = lexer;
			if (kind === "string" || kind === "dollar-string") {
				const inner = this.#string(lexer.value());
				if (inner !== lexer.value()) edits.push({ start, end, text: inner });
			} else if ((kind === "word" || kind === "quoted-name") && previous !== ".") {
				const first = folded(lexer.value());
				const after = new Lexer(text, end);
				const isName = after.nextCode() === "punctuation" && after.is(".") && /name|word/.test(after.nextCode());
				const object = isName ? this.find([first, folded(after.value())]) : undefined;
				if (object) {
					edits.push({ start, end: after.end, text: this.of(object) });
					lexer.seek(after.end);
				}
			}
			previous = text.slice(lexer.start, lexer.end);
		}
		let result = "";
		let done = 0;
		for (const edit of edits) {
			result += text.slice(done, edit.start) + edit.text;
			done = edit.end;
		}
		return result + text.slice(done);
	}

	/** A literal with its quotes: a name (`'s.q'::regclass`), or SQL that is run later. */
	#string(literal: string): string {
		if (literal.startsWith("$")) {
			const tag = literal.slice(0, literal.indexOf("$", 1) + 1);
			return tag + this.#rewritten(literal.slice(tag.length, -tag.length)) + tag;
		}
		if (!literal.startsWith("'") || !literal.includes(".")) return literal;
		return quoteLiteral(this.#rewritten(literal.slice(1, -1).replaceAll("''", "'")));
	}
}

/** A name's parts without quotes, in lower case where they have none. */
export function partsOf(name: string): string[] {
	return (name.match(/"(?:[^"]|"")*"|[^".]+/g) ?? []).map(folded);
}

/** A word or quoted name as PostgreSQL takes it. */
export function folded(word: string): string {
	return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase();
}
