import { quoteRole } from "../../emit/identifier";
import { alterPolicyStep, type PolicyParts } from "../../emit/policy";
import type { Policy } from "../../schema/model";
import { findWord, insideParentheses, trimmed } from "../../schema/source-text";
import type { TextEdit } from "../../text/edit";
import type { Span } from "../../text/span";
import type { Remedy } from "./remedy";
import type { RuleContext, TenantPolicy } from "./rule";

/**
 * Gives a policy other conditions or roles. No remedy where nothing of it changes, or where a new condition can't be read
 * or names what may be found in this file's schemas only.
 */
export function amendPolicy(
	context: RuleContext,
	{ table, policy }: Pick<TenantPolicy, "table" | "policy">,
	change: PolicyParts,
	remedy: Pick<Remedy, "title" | "automatic">,
): Remedy[] {
	const conditions = [change.using, change.check].filter((each) => each !== undefined);
	if (conditions.length === 0 && change.roles === undefined) return [];
	if (conditions.some((each) => context.expression(each) === null)) return [];
	if (conditions.length > 0 && !isPortable(policy)) return [];
	const edits = editsOf(context, policy, change);
	const { schema, name } = table;
	return [
		{
			...remedy,
			steps: [
				alterPolicyStep({ table: { schema, name }, name: policy.name, to: change, from: before(policy, change) }),
			],
			...(edits ? { edits } : {}),
		},
	];
}

/**
 * The same parts as they are now. A condition can't be taken away again, so one that means the same stands for none: a
 * permissive policy without one lets nothing through, a restrictive one everything.
 */
function before(policy: Policy, change: PolicyParts): PolicyParts {
	const none = String(!policy.permissive);
	return {
		...(change.roles === undefined ? {} : { roles: policy.roles }),
		...(change.using === undefined ? {} : { using: policy.using ?? none }),
		...(change.check === undefined ? {} : { check: policy.check ?? none }),
	};
}

/** Whether its conditions mean the same under another search_path. */
function isPortable({ using, check, usesFunctions, usesTables }: Policy): boolean {
	const text = `${using} ${check}`;
	return [...usesFunctions, ...usesTables].every((name) => {
		const [schema = "", ...rest] = name.split(".");
		if (rest.length === 0 || schema === "public" || schema === "pg_catalog") return true;
		return text.includes(`${schema}.`) || text.includes(`"${schema}".`);
	});
}

/** The change within CREATE POLICY; undefined where a later statement changed the policy, or its text can't be edited. */
function editsOf(context: RuleContext, policy: Policy, change: PolicyParts): TextEdit[] | undefined {
	const { file, span } = policy.location;
	const text = context.statementText(policy.location);
	if (text === null || !/^create\s+policy\b/i.test(text)) return undefined;
	const [using, check, to] = ["using", "check", "to"].map((word) => findWord(text, 0, word));
	const edits: TextEdit[] = [];
	const put = (place: Span, newText: string) => {
		edits.push({ file, span: { start: span.start + place.start, end: span.start + place.end }, newText });
	};
	const end: Span = { start: text.length, end: text.length };
	if (change.roles !== undefined) {
		const rest = using?.start ?? (check ? findWord(text, 0, "with")?.start : undefined) ?? text.length;
		const roles = change.roles.map(quoteRole).join(", ");
		const named = to && trimmed(text, to.end, rest);
		if (
			named
				? !policy.roles.includes("public") || !/^public$/i.test(text.slice(named.start, named.end))
				: !policy.roles.includes("public")
		)
			return undefined;
		if (named) put(named, roles);
		else if (rest === text.length) put(end, ` TO ${roles}`);
		else put({ start: rest, end: rest }, `TO ${roles} `);
	}
	for (const [word, was, now] of [
		[using, policy.using, change.using],
		[check, policy.check, change.check],
	] as const) {
		if (now === undefined) continue;
		const place = word ? insideParentheses(text, word.end) : null;
		if (place && text.slice(place.start, place.end) === was) put(place, now);
		else if (!word && was === null) put(end, ` WITH CHECK (${now})`);
		else return undefined;
	}
	return edits;
}
