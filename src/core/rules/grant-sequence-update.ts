import { quoteName, quoteRole } from "../emit/identifier";
import type { Step } from "../emit/step";
import { qualified, type SequenceModel } from "../schema/model";
import type { Location } from "../text/span";
import { PRODUCT, secured } from "./base/examples";
import { grantedByDefault, isOfApplication } from "./base/privileges";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

const NUMBERED = `${PRODUCT}CREATE TABLE orders (id bigserial PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`;

export const grantSequenceUpdate: Rule = {
	id: "grant-sequence-update",
	summary: "The application may set the sequence that numbers the rows of all tenants.",
	severity: "warning",
	doc: {
		why: "Policies don't hold for sequences. Who has UPDATE on one may call setval: set back, the next row of every tenant collides with one that is there, and nobody can add any. GRANT ALL brings UPDATE along.",
		remedy: "Grant USAGE and SELECT, which new rows need, and revoke UPDATE.",
		sources: [
			{
				title: "PostgreSQL: Sequence Manipulation Functions",
				url: "https://www.postgresql.org/docs/current/functions-sequence.html",
			},
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
		],
		bad: `${NUMBERED}GRANT ALL ON SEQUENCE orders_id_seq TO app_user;\n`,
		good: `${NUMBERED}GRANT USAGE, SELECT ON SEQUENCE orders_id_seq TO app_user;\n`,
		traps: [
			{
				title: "it is taken back",
				sql: `${NUMBERED}GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app_user;\nREVOKE UPDATE ON SEQUENCE orders_id_seq FROM app_user;\n`,
			},
			{
				title: "the sequence numbers what all tenants share",
				sql: `${PRODUCT}CREATE TABLE currencies (id serial PRIMARY KEY, code text NOT NULL);\nGRANT SELECT ON currencies TO app_user;\nGRANT ALL ON SEQUENCE currencies_id_seq TO app_user;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, tenancy, tenantTables } = context;
		if (tenancy.enforcement !== "rls") return;
		// A table in a schema of the tenant's own has a sequence of the tenant's own.
		const common = new Map(
			tenantTables.flatMap((each) => (each.own.enforcement === "placement" ? [] : [[each.key, each] as const])),
		);
		const byGrant = new Map<Location, { sequence: SequenceModel; table: string }[]>();
		for (const sequence of model.sequences.values()) {
			const table = sequence.ownedBy ? qualified(sequence.ownedBy.table) : "";
			const location = common.has(table) ? settableBy(context, sequence) : undefined;
			if (location) byGrant.set(location, [...(byGrant.get(location) ?? []), { sequence, table }]);
		}
		for (const [location, found] of byGrant) {
			const [first, ...others] = found;
			if (!first) continue;
			const rest = others.length === 0 ? "" : ` and ${others.length} more`;
			yield {
				table: first.table,
				location,
				message: `This lets the application set ${qualified(first.sequence)}${rest}, which number${others.length === 0 ? "s" : ""} the rows of all tenants.`,
				help: "Grant USAGE and SELECT alone, and revoke UPDATE.",
				remedies: () => revoke(context, location, found),
			};
		}
	},
};

/** Where the application is granted UPDATE on the sequence, by itself or by default. */
function settableBy(context: RuleContext, sequence: SequenceModel): Location | undefined {
	const isOurs = isOfApplication(context.applicationRoles);
	const key = qualified(sequence);
	const own = context.model.grants.find(
		({ objectKind, objects, roles, privileges }) =>
			objectKind === "sequence" && objects.includes(key) && roles.some(isOurs) && privileges.includes("update"),
	);
	return (own ?? grantedByDefault(context, "sequence", sequence.schema, "update"))?.location;
}

function revoke(
	context: RuleContext,
	location: Location,
	found: readonly { sequence: SequenceModel; table: string }[],
): Remedy[] {
	const { grants, defaultPrivileges } = context.model;
	// What default privileges gave to sequences that were created later is not to be told from the statements.
	if (defaultPrivileges.some((each) => each.location === location)) return [];
	const steps = found.flatMap(({ sequence, table }): Step[] => {
		const name = quoteName(sequence);
		const own = grants.filter(
			({ objectKind, objects, privileges }) =>
				objectKind === "sequence" && objects.includes(qualified(sequence)) && privileges.includes("update"),
		);
		const roles = [...new Set(own.flatMap((grant) => grant.roles.filter(isOfApplication(context.applicationRoles))))]
			.map(quoteRole)
			.join(", ");
		return [
			{
				sql: `REVOKE UPDATE ON SEQUENCE ${name} FROM ${roles}`,
				phase: "finish",
				down: `GRANT UPDATE ON SEQUENCE ${name} TO ${roles}`,
				table,
			},
		];
	});
	const [first] = found;
	if (!first) return [];
	const rest = found.length > 1 ? ` and ${found.length - 1} more` : "";
	return [
		{ title: `Take the right to set ${qualified(first.sequence)}${rest} from the application`, steps, automatic: true },
	];
}
