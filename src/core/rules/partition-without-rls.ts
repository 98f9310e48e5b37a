import { qualified, type SchemaModel, type Table } from "../schema/model";
import { isOfTenants } from "../tenancy/scope";
import { PRODUCT, secured } from "./base/examples";
import { enable, protect } from "./base/protect";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

const EVENTS = `${PRODUCT}CREATE TABLE events (tenant_id uuid NOT NULL REFERENCES tenants, at timestamptz NOT NULL, what text, PRIMARY KEY (tenant_id, at)) PARTITION BY RANGE (at);
${secured("events")}CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
`;
const GRANT = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_user;\n";

export const partitionWithoutRls: Rule = {
	id: "partition-without-rls",
	summary: "The application may read partitions directly, past the policies of the table that they belong to.",
	severity: "error",
	doc: {
		why: "Policies of a partitioned table hold for queries that name it. SELECT … FROM events_2026 asks the partition's own, and there are none: it shows all tenants' rows. GRANT … ON ALL TABLES opens partitions, too.",
		remedy:
			"Enable and force row-level security on each partition, or revoke the grants on them: queries over the parent don't need them.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "PostgreSQL: Table Partitioning",
				url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
			},
		],
		bad: `${EVENTS}${GRANT}`,
		good: `${EVENTS}ALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY;\nALTER TABLE events_2026 FORCE ROW LEVEL SECURITY;\n${GRANT}`,
		traps: [{ title: "the application reaches partitions over their parent only", sql: EVENTS }],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, tenancy, applicationRoles } = context;
		if (tenancy.enforcement !== "rls") return;
		const open = new Map<Table, Table[]>();
		for (const [key, table] of model.tables) {
			const root = rootOf(model, table);
			if (!root?.rls.enabled || table.rls.enabled || !context.reachable.has(key)) continue;
			if (isOfTenants(tenancy.tables.get(qualified(root))?.scope)) open.set(root, [...(open.get(root) ?? []), table]);
		}
		for (const [root, partitions] of open) {
			const first = partitions[0] as Table;
			const rest = partitions.length === 1 ? "" : ` and ${partitions.length - 1} more of its partitions`;
			yield {
				table: qualified(first),
				location: first.nameLocation,
				// Where no roles are known, nobody has said that partitions are open.
				severity: applicationRoles.length > 0 ? "error" : "info",
				message: `The policies of ${shown(root)} don't hold for who reads ${shown(first)}${rest} directly.`,
				help: "Enable and force row-level security on the partitions, or revoke the grants on them.",
				remedies: () => protectAll(context, root, partitions),
			};
		}
	},
};

/** The table at the top of which this one is a partition, however deep; null where it is none. */
function rootOf(model: SchemaModel, table: Table): Table | null {
	const parent = table.partitionOf && model.tables.get(qualified(table.partitionOf));
	return parent ? (rootOf(model, parent) ?? parent) : null;
}

function protectAll(context: RuleContext, root: Table, partitions: readonly Table[]): Remedy[] {
	const remedies = partitions.map((table) => {
		const key = qualified(table);
		const own = context.tenancy.tables.get(key);
		// Without a policy a partition shows nothing to who names it; over the parent all is as it was.
		return (own && protect(context, { key, table, own })[0]) ?? enable(context, table)[0];
	});
	const steps = remedies.flatMap((each) => each?.steps ?? []);
	return [{ title: `Protect the partitions of ${shown(root)} with row-level security`, steps, automatic: true }];
}
