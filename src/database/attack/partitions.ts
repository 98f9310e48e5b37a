import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import { subjectOf } from "./build-scene";
import type { RelationFacts } from "./catalog";
import { each } from "./keys";
import { read } from "./read";
import { type Attack, plainColumn, type Scene, type Subject, type Verdict } from "./scene";
import { played, writes } from "./tries";
import { untested } from "./verdict";

/**
 * Addresses partitions and children by their own names: policies of the parent don't apply to them then.
 * https://www.postgresql.org/docs/current/ddl-rowsecurity.html
 */
export async function partitionAttacks(scene: Scene): Promise<Attack[]> {
	const { target, relations, subjects } = scene;
	const attacks: Attack[] = [];
	for (const facts of relations.values()) {
		const parent = subjects.get(topOf(scene, facts));
		if (facts.parent === null || !parent || facts.kind === "p") continue;
		const table = target.database.model.tables.get(facts.key);
		// A partition that a job made is as its parent, but for policies.
		const like = { ...parent.table, ...table, schema: facts.schema, name: facts.name };
		const subject = await subjectOf(target, parent.key, like, facts);
		attacks.push({
			table: facts.key,
			attack: "partition",
			run: () =>
				played(() =>
					subject
						? direct(scene, { ...subject, key: facts.key })
						: untested("It has no rows of two tenants to tell apart."),
				),
		});
	}
	return attacks;
}

function topOf({ relations }: Scene, { parent, key }: RelationFacts): string {
	let top = key;
	for (let next = parent; next !== null; next = relations.get(next)?.parent ?? null) top = next;
	return top;
}

function direct({ target }: Scene, subject: Subject): Promise<Verdict> {
	const name = quoteName(subject.table);
	const column = plainColumn(subject);
	const tries: (() => Promise<Verdict>)[] = [
		() => read(target, subject),
		() =>
			writes(target, subject, { done: "deletes", todo: "delete rows", command: "delete" }, [
				{ sql: `DELETE FROM ${name}` },
			]),
		() =>
			writes(target, subject, { done: "empties the table of", todo: "empty the table", command: "delete" }, [
				{ sql: `TRUNCATE ${name}` },
			]),
	];
	if (column !== null) {
		const quoted = quoteIdentifier(column);
		tries.push(() =>
			writes(target, subject, { done: "changes", todo: "change rows", command: "update" }, [
				{ sql: `UPDATE ${name} SET ${quoted} = ${quoted}` },
			]),
		);
	}
	return each(tries, (run) => run());
}
