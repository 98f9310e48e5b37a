import type { ConstantExpression } from "./constant";

/**
 * `then` and `else` of IF, a branch of CASE, an exception handler, a loop; each with what stands in its head, `""` for none.
 * What stands behind `IF condition THEN RETURN` has been `left` where the condition holds.
 */
export interface Branch {
	readonly kind: "then" | "else" | "case" | "handler" | "loop" | "left";
	readonly condition: string;
}

export interface Turn {
	/** Variables, and the fields of those that hold a row (`r.tablename`). */
	readonly sets: ReadonlyMap<string, string>;
	/** It takes place only where a loop around gives the variable this value. */
	readonly only?: { readonly variable: string; readonly value: string } | undefined;
}

/** The variables that a loop sets, and its turns where they are constant. */
export interface Loop {
	readonly variables: readonly string[];
	readonly turns: readonly Turn[] | null;
}

/** A loop over more values is no list that somebody wrote. */
export const MOST_ITERATIONS = 1000;

interface Frame {
	readonly type: "block" | "if" | "case" | "loop";
	branches: readonly Branch[];
	/** The conditions of an IF that were tried before the present branch. */
	tried: readonly string[];
	readonly loop: Loop | null;
}

/** The control structures around the present place. What doesn't fit its structure is passed over. */
export class PlpgsqlFrames {
	readonly #frames: Frame[] = [];
	readonly #left: Branch[] = [];

	get depth(): number {
		return this.#frames.length;
	}

	/** From the outermost. */
	get branches(): readonly Branch[] {
		return [...this.#left, ...this.#around];
	}

	get #around(): readonly Branch[] {
		return this.#frames.flatMap(({ branches }) => branches);
	}

	/** RETURN under one condition; under several it isn't told when. */
	leave(): void {
		const [only, ...others] = this.#around;
		if (only?.kind === "then" && others.length === 0) this.#left.push({ kind: "left", condition: only.condition });
	}

	block(): void {
		this.#push("block", []);
	}

	if(condition: string): void {
		this.#push("if", [{ kind: "then", condition }], [condition]);
	}

	elsif(condition: string): void {
		const frame = this.#frames.at(-1);
		if (frame?.type !== "if") return;
		frame.branches = [...elses(frame.tried), { kind: "then", condition }];
		frame.tried = [...frame.tried, condition];
	}

	case(): void {
		this.#push("case", []);
	}

	else(): void {
		const frame = this.#frames.at(-1);
		if (frame?.type === "if") frame.branches = elses(frame.tried);
		else if (frame?.type === "case") frame.branches = [{ kind: "case", condition: "else" }];
	}

	/** A branch of CASE, or one of a block's exception handlers. */
	when(condition: string): void {
		const frame = this.#frames.at(-1);
		if (frame?.type === "case") frame.branches = [{ kind: "case", condition }];
		else if (frame?.type === "block") frame.branches = [{ kind: "handler", condition }];
	}

	loop(condition: string, loop: Loop | null): void {
		this.#push("loop", [{ kind: "loop", condition }], [], loop);
	}

	/** `END IF`, `END CASE`, `END LOOP`, or `END` of a block. */
	end(word: string): void {
		const type = word === "if" || word === "case" || word === "loop" ? word : "block";
		const at = this.#frames.findLastIndex((frame) => frame.type === type);
		if (at >= 0) this.#frames.length = at;
	}

	/** The expression's value in each turn of the loops around that it depends on; null where one isn't known. */
	iterations({ value, loopVariables }: ConstantExpression): string[] | null {
		let turns: ReadonlyMap<string, string>[] = [new Map()];
		for (const { loop } of this.#frames) {
			const own = loop?.turns;
			if (!own || !loop.variables.some((variable) => loopVariables.has(variable))) continue;
			if (own.some(({ only }) => only && turns.some((turn) => !turn.has(only.variable)))) return null;
			turns = turns.flatMap((turn) =>
				own.flatMap(({ sets, only }) =>
					only && turn.get(only.variable) !== only.value ? [] : [new Map([...turn, ...sets])],
				),
			);
			if (turns.length > MOST_ITERATIONS) return null;
		}
		const texts = turns.map(value);
		return texts.every((text) => text !== null) ? texts : null;
	}

	#push(
		type: Frame["type"],
		branches: readonly Branch[],
		tried: readonly string[] = [],
		loop: Loop | null = null,
	): void {
		this.#frames.push({ type, branches, tried, loop });
	}
}

/** None of the conditions held. */
function elses(conditions: readonly string[]): Branch[] {
	return conditions.map((condition) => ({ kind: "else", condition }));
}
