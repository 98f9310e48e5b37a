import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { type FunctionModel, type Policy, qualified, type Table } from "../schema/model";
import { as, constantOf, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { nodesOf } from "./base/expressions";
import { manyPolicies } from "./base/many-policies";
import { ownRowsWrite, type Write } from "./base/own-rows";
import { shown } from "./base/protection";
import { readsColumn } from "./base/role-columns";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { functionsBehind, helpersIn, tablesBehind } from "./base/tables-behind";

const CLAIM = /^(raw_)?user_meta_?data$/;

/** What a signed-in user may change in a token or a row of users: `auth.jwt() -> 'user_metadata'`, `raw_user_meta_data`. */
const readsMetadata = factOf((condition: Node) =>
	[...nodesOf(condition)].some(
		(node) =>
			CLAIM.test(constantOf(as(node, "A_Const") ? node : null) ?? "") ||
			CLAIM.test(stringsOf(as(node, "ColumnRef")?.fields).at(-1) ?? ""),
	),
);

/** The same in a function that a policy asks; what its comments say counts for nothing. */
const readsMetadataInBody = factOf(({ body }: FunctionModel) =>
	/\b(raw_)?user_meta_?data\b/.test(body.replace(/--.*/g, "")),
);

const PROFILES = `CREATE TABLE profiles (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, name text);
CREATE INDEX profiles_tenant_id_idx ON profiles (tenant_id);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY profiles_own ON profiles TO app_user USING (id = (SELECT current_setting('app.user_id')::uuid));
`;

function byProfile(grant: string): string {
	return withPolicy(
		"TO app_user USING (tenant_id = (SELECT tenant_id FROM profiles WHERE id = current_setting('app.user_id')::uuid))",
	).replace("CREATE TABLE orders", () => `${PROFILES}${grant}CREATE TABLE orders`);
}

export const policyUserEditable: Rule = {
	id: "policy-user-editable",
	summary: "A policy takes the tenant from data that the user may change.",
	severity: "error",
	doc: {
		why: "Users write another tenant into their own profile, membership or token metadata, and the policy believes it. Supabase lets each user change user_metadata with one call.",
		remedy:
			"Keep the tenant where only the server writes it: app_metadata, a memberships table that users can't write, or a column that they have no UPDATE privilege on.",
		sources: [
			{
				title: "Supabase: RLS references user metadata",
				url: "https://supabase.com/docs/guides/database/database-advisors?lint=0015_rls_references_user_metadata",
			},
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
		],
		bad: byProfile("GRANT SELECT, UPDATE ON profiles TO app_user;\n"),
		good: byProfile("GRANT SELECT, UPDATE (name) ON profiles TO app_user;\n"),
		traps: [
			{
				title: "a trigger may refuse to change the tenant",
				sql: byProfile(`GRANT SELECT, UPDATE ON profiles TO app_user;
CREATE FUNCTION keep_tenant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.tenant_id := OLD.tenant_id; RETURN NEW; END $$;
CREATE TRIGGER keep_tenant BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION keep_tenant();
`),
			},
			{
				title: "app_metadata is the server's",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid))",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		/** By the column from which policies take the tenant: it is one hole, however many they are. */
		const told = new Map<string, Source & { readonly policies: TenantPolicy[] }>();
		/** What reads the metadata for policies, with those that ask it: one place to mend. */
		const askedFor = new Map<FunctionModel, TenantPolicy[]>();
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check } = each;
			const conditions = [using, check].filter((each) => each !== null);
			if (conditions.some(readsMetadata)) {
				yield {
					table: key,
					location: policy.location,
					message: `Policy ${policy.name} of ${shown(table)} believes user_metadata, which users change themselves.`,
					help: "Read the tenant from app_metadata or from a table that only the server writes.",
				};
				continue;
			}
			const helpers = conditions.flatMap((condition) => helpersIn(context, each, condition));
			const readers = helpers.flatMap((called) => functionsBehind(context, called)).filter(readsMetadataInBody);
			for (const reader of new Set(readers)) askedFor.set(reader, [...(askedFor.get(reader) ?? []), each]);
			const source = sourceOf(context, each, conditions, helpers);
			if (!source) continue;
			const name = `${shown(source.other)}.${source.column}`;
			const already = told.get(name);
			if (already) already.policies.push(each);
			else told.set(name, { ...source, policies: [each] });
		}
		for (const [reader, asking] of askedFor) {
			const [first] = asking;
			if (!first) continue;
			yield {
				table: first.key,
				location: first.policy.location,
				message: `${reader.name} reads user_metadata, which users change themselves, and ${manyPolicies(asking, { one: "believes", many: "believe" })} it.`,
				help: `Let ${reader.name} read app_metadata, or a table that only the server writes.`,
			};
		}
		for (const [name, { other, column, policy, command, policies }] of told)
			yield {
				table: qualified(other),
				location: policy.location,
				message: `Policy ${policy.name} lets users ${command} their own rows of ${shown(other)} with any ${column}, and ${manyPolicies(policies, { one: "takes", many: "take" })} the tenant from there.`,
				help: `Let only the server write ${name}: grant ${command.toUpperCase()} on the other columns only, or ask for the tenant in that policy.`,
			};
	},
};

/** A table from which a policy takes the tenant, and in which users may write that for rows of their own. */
interface Source {
	readonly other: Table;
	readonly column: string;
	/** By which they may, and with which command. */
	readonly policy: Policy;
	readonly command: Write;
}

function sourceOf(
	context: RuleContext,
	{ table, policy }: TenantPolicy,
	conditions: readonly Node[],
	helpers: readonly FunctionModel[],
): Source | null {
	const behind = helpers.flatMap((called) => tablesBehind(context, called).map(qualified));
	for (const name of new Set([...policy.usesTables, ...behind])) {
		const other = context.model.tables.get(name);
		const column = context.tenancy.tables.get(name)?.tenantColumn;
		if (!other || !column || other === table) continue;
		const isTold =
			conditions.some((condition) => readsColumn(context, condition, policy, other, column)) ||
			helpers.some((called) => called.body.includes(column) && tablesBehind(context, called).includes(other));
		const write = isTold ? ownRowsWrite(context, other, column) : null;
		if (write) return { other, column, ...write };
	}
	return null;
}
