import { alterPolicyStep, type PolicyChange } from "../emit/policy";
import type { Step } from "../emit/step";

/**
 * One ALTER POLICY for each policy: what several remedies change of it is changed at once, where the last of them stood. Both
 * stay as they are where a statement between them may need the first: PostgreSQL drops or retypes nothing that a condition
 * still names.
 */
export function joinPolicies(steps: readonly Step[]): Step[] {
	const joined: Step[] = [];
	for (const step of steps) {
		const at = step.policy === undefined ? -1 : joined.findLastIndex((each) => isSame(each, step));
		const earlier = joined[at];
		if (earlier?.policy && step.policy && joined.slice(at + 1).every(leavesConditions)) {
			joined.splice(at, 1);
			joined.push(both(earlier as Altering, step as Altering));
		} else joined.push(step);
	}
	return joined;
}

type Altering = Step & { readonly policy: PolicyChange };

function isSame(a: Step, b: Step): boolean {
	return a.policy?.name === b.policy?.name && a.table === b.table && a.phase === b.phase;
}

/** The later change goes before, and what was there before both is what undoing goes back to. */
function both(earlier: Altering, later: Altering): Step {
	const { policy: first } = earlier;
	const { policy: second } = later;
	const why = later.why ?? earlier.why;
	const step = alterPolicyStep({
		...second,
		to: { ...first.to, ...second.to },
		from: { ...second.from, ...first.from },
	});
	return { ...later, ...step, ...(why === undefined ? {} : { why }) };
}

/** Whether a statement can run before a policy's condition is changed as well as after. */
function leavesConditions({ sql }: Step): boolean {
	return !/\b(?:DROP (?!CONSTRAINT\b|NOT NULL\b|DEFAULT\b)|TYPE\b|RENAME\b)/i.test(sql);
}
