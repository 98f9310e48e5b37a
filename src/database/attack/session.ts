import { quoteRole } from "../../core/emit/identifier";
import { type Answer, Refusal } from "../engine";
import type { FilledTenant, Target } from "./target";

/** What an attempt gave: PostgreSQL's answer, or its refusal. */
export type Outcome = Answer | Refusal;

/** One transaction that is rolled back, in which a superuser prepares and judges and the application's role attempts. */
export interface Session {
	/** Runs a statement as the superuser. A refusal is thrown: it would be a mistake of ours. */
	superuser(sql: string): Promise<Answer>;
	/** Runs a statement as the application's role, bound to the tenant; what is refused leaves the transaction as it was. */
	attempt(sql: string): Promise<Outcome>;
	/** The same, and takes back what it did. */
	probe(sql: string): Promise<Outcome>;
	/** What the evidence needs and all attacks share: it was done before, once. */
	madeBefore(sql: string): void;
	/** A line of explanation in the evidence. */
	remark(text: string): void;
	/** What ran so far, as a script for psql with what came back as comments. */
	evidence(): string;
}

/** The role can't be played: nothing that it attempts would say anything. */
export class NotPlayed extends Error {}

/**
 * @param tenant whom the role is bound to; null for no tenant, a text for that text instead of a key
 * @throws NotPlayed where the role can't be taken on or the binding is refused
 */
export async function inSession<T>(
	{ engine, role, bind }: Target,
	tenant: FilledTenant | string | null,
	act: (session: Session) => Promise<T>,
): Promise<T> {
	const script: string[] = [];
	let playing = false;
	let bound = false;

	/** What can't fail and has nothing to say goes along with what follows: half of all ways to the server. */
	const pending: string[] = [];
	const later = (sql: string) => {
		script.push(`${sql};`);
		pending.push(sql);
	};
	const run = async (sql: string): Promise<Outcome> => {
		script.push(`${sql};`);
		try {
			const answer = await engine.query([...pending.splice(0), sql].join(";\n"));
			const said = shown(answer);
			if (said !== "") script.push(said);
			return answer;
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			script.push(`-- ERROR ${error.code}: ${error.message.split("\n")[0]}`);
			if (error.detail !== "") script.push(`-- DETAIL: ${error.detail.split("\n")[0]}`);
			return error;
		}
	};
	const must = async (sql: string): Promise<Answer> => {
		const outcome = await run(sql);
		if (outcome instanceof Refusal) throw outcome;
		return outcome;
	};
	const play = async () => {
		if (playing) return;
		script.push("-- As the application:");
		playing = true;
		for (const sql of [`SET LOCAL ROLE ${quoteRole(role)}`, ...bind(tenant)]) {
			// A setting outlasts a change of role, a role doesn't.
			if (bound && !/^\s*SET\s+(LOCAL\s+)?ROLE\b/i.test(sql)) continue;
			const outcome = await run(sql);
			if (outcome instanceof Refusal) throw new NotPlayed(outcome.message);
		}
		bound = true;
	};

	later("BEGIN");
	try {
		return await act({
			async superuser(sql) {
				if (playing) {
					later("RESET ROLE");
					script.push("-- As a superuser:");
				}
				playing = false;
				if (!QUIET.test(sql)) return must(sql);
				later(sql);
				return { rows: [], count: 0 };
			},
			async attempt(sql) {
				await play();
				later("SAVEPOINT attempt");
				const outcome = await run(sql);
				if (outcome instanceof Refusal) later("ROLLBACK TO SAVEPOINT attempt");
				return outcome;
			},
			async probe(sql) {
				await play();
				later("SAVEPOINT attempt");
				const outcome = await run(sql);
				later("ROLLBACK TO SAVEPOINT attempt");
				return outcome;
			},
			madeBefore(sql) {
				if (playing) throw new Error("What a superuser made before comes before the application's own statements");
				script.push(`${sql};`);
			},
			remark(text) {
				script.push(`-- ${text}`);
			},
			evidence: () => `${[...script, "ROLLBACK;"].join("\n")}\n`,
		});
	} finally {
		await engine.query("ROLLBACK");
	}
}

const QUIET = /^SET LOCAL session_replication_role = \w+$/;

/** How many rows of an answer the evidence shows. */
const SHOWN = 3;

function shown({ rows, count }: Answer): string {
	if (rows.length === 0) return count > 0 ? `-- ${count} ${count === 1 ? "row" : "rows"}` : "";
	const lines = rows.slice(0, SHOWN).map(
		(row) =>
			`-- ${Object.entries(row)
				.map(([name, value]) => `${name}: ${text(value)}`)
				.join(", ")}`,
	);
	return [...lines, ...(rows.length > SHOWN ? [`-- and ${rows.length - SHOWN} more`] : [])].join("\n");
}

function text(value: unknown): string {
	const written = typeof value === "object" ? JSON.stringify(value) : String(value);
	return written.replaceAll(/\s+/g, " ").slice(0, 200);
}
