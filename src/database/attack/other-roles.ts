import { type RelationFacts, readRelations } from "./catalog";
import { read } from "./read";
import type { Attack, Scene, Subject, Verdict } from "./scene";
import type { OtherRole, Target } from "./target";
import { played } from "./tries";
import { held, untested } from "./verdict";
import { insertAsOther, remove, update } from "./write";

/** Another role, and what it may do with a table. */
interface As extends OtherRole {
	readonly facts: RelationFacts;
}

type Command = RelationFacts["closed"][number];

/** Comes as the application's other roles, to tables where their rights or policies differ from those of the one that is played. */
export async function otherRoleAttacks({ target, subjects }: Scene): Promise<Attack[]> {
	const others: { readonly other: OtherRole; readonly relations: ReadonlyMap<string, RelationFacts> }[] = [];
	for (const other of target.others)
		others.push({
			other,
			relations: new Map((await readRelations(target.engine, other.role)).map((each) => [each.key, each])),
		});
	return [...subjects.values()].flatMap((subject): Attack[] => {
		const differing = others.flatMap(({ other, relations }): As[] => {
			const facts = relations.get(subject.key);
			return facts && differs(subject, facts) ? [{ ...other, facts }] : [];
		});
		if (differing.length === 0) return [];
		return [
			{ table: subject.key, attack: "other-role", run: () => played(() => asOthers(target, subject, differing)) },
		];
	});
}

/** What is left open to the role: with a right to it, and a policy that lets it. */
function openTo({ columns, closed }: RelationFacts): Command[] {
	const rights: Partial<Record<Command, boolean>> = {
		select: columns.some(({ maySelect }) => maySelect),
		insert: columns.some(({ mayInsert }) => mayInsert),
		update: columns.some(({ mayUpdate }) => mayUpdate),
		delete: columns.some(({ mayUpdate }) => mayUpdate),
	};
	return (["select", "insert", "update", "delete"] as const).filter(
		(command) => rights[command] === true && !closed.includes(command),
	);
}

function differs({ table, facts }: Subject, theirs: RelationFacts): boolean {
	const own = openTo(facts);
	const open = openTo(theirs);
	const isForRoles = table.rls.enabled && table.policies.some(({ roles }) => !roles.includes("public"));
	return open.some((command) => isForRoles || !own.includes(command));
}

async function asOthers(target: Target, subject: Subject, others: readonly As[]): Promise<Verdict> {
	let proved: Verdict | null = null;
	for (const { role, bind, facts } of others) {
		const as: Target = { ...target, role, bind };
		const own: Subject = { ...subject, facts };
		const open = openTo(facts);
		const tries = [
			...(open.includes("select") ? [read] : []),
			...(open.includes("update") ? [update] : []),
			...(open.includes("delete") ? [remove] : []),
			...(open.includes("insert") && !subject.isRoot ? [insertAsOther] : []),
		];
		const verdicts: Verdict[] = [];
		for (const attempt of tries) {
			const verdict = await attempt(as, own);
			if (verdict.result === "leaked") return { ...verdict, why: verdict.why.replace("the application", role) };
			verdicts.push(verdict);
		}
		const closed = verdicts.find(({ result }) => result === "held");
		if (!closed) return untested(`As ${role}: ${verdicts[0]?.why ?? "There was nothing that it could try."}`);
		proved = closed;
	}
	const names = others.map(({ role }) => role).join(", ");
	return held(proved?.evidence ?? "", `As ${names} the application reaches no row of another tenant either.`);
}
