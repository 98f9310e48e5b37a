import { ORDERS, PRODUCT, secured } from "./base/examples";
import { migrationsOf, newestMigration } from "./base/migrations";
import { isOfApplication } from "./base/privileges";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const BEFORE = `-- migrations/0001_tenants.sql\n${PRODUCT}-- migrations/0002_orders.sql\n${ORDERS}`;

export const migrationTableUnprotected: Rule = {
	id: "migration-table-unprotected",
	summary: "A migration creates a table for tenants' data and leaves its protection to a later one.",
	severity: "warning",
	doc: {
		why: "From the one migration to the next the table is open, and nothing makes sure that the next one comes: releases stop halfway, branches are merged in another order, a database is restored from in between.",
		remedy: "Create the table, enable row-level security and add the policy in the same migration.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "Supabase: Row Level Security",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security",
			},
		],
		bad: `${BEFORE}GRANT SELECT, INSERT ON orders TO app_user;\n-- migrations/0003_policies.sql\n${secured("orders").replace(/GRANT .*\n/, "")}`,
		good: `${BEFORE}${secured("orders")}`,
		traps: [
			{
				title: "the product began with row-level security only later",
				sql: `-- migrations/0001_tenants.sql\nCREATE ROLE app_user;\nCREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);\n${ORDERS}GRANT SELECT, INSERT ON orders TO app_user;\n-- migrations/0002_policies.sql\n${secured("tenants", "id")}${secured("orders")}`,
			},
			{
				title: "the application gets at it only once it is protected",
				sql: `${BEFORE}-- migrations/0003_policies.sql\n${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const order = new Map(migrationsOf(context).map(({ file }, i) => [file, i]));
		if (order.size < 2) return;
		const at = (file: string | undefined) => order.get(file ?? "") ?? -1;
		const tables = protectedTables(context);
		const begins = Math.min(
			...tables.flatMap(({ table }) => (table.rls.location ? [at(table.rls.location.file)] : [])),
		);
		const newest = newestMigration(context)?.file;
		for (const { key, table } of tables) {
			const created = at(table.location.file);
			// Before the product had any, nobody could have known.
			if (created < begins) continue;
			const isOpen = !table.rls.enabled && table.rls.location === null && table.location.file === newest;
			const isLate = table.rls.enabled && at(table.rls.location?.file) > created && isOpened(context, key, at, created);
			if (!isOpen && !isLate) continue;
			yield {
				table: key,
				location: table.nameLocation,
				severity: isOpen ? "warning" : "info",
				message: isOpen
					? `This migration creates ${shown(table)} for tenants' rows and doesn't protect it.`
					: `This migration creates ${shown(table)} open to the application; row-level security comes only with ${table.rls.location?.file.split("/").at(-1)}.`,
				help: "Enable row-level security and add the policy in the migration that creates the table.",
			};
		}
	},
};

/** Whether the application got at the table with the migration that created it, or by default. */
function isOpened(
	{ model, applicationRoles }: RuleContext,
	key: string,
	at: (file: string) => number,
	created: number,
): boolean {
	const isOurs = isOfApplication(applicationRoles);
	if (
		model.defaultPrivileges.some(
			({ isGrant, objectKind, roles }) => isGrant && objectKind === "table" && roles.some(isOurs),
		)
	)
		return true;
	return model.grants.some(
		({ objectKind, objects, roles, location }) =>
			objectKind === "table" && objects.includes(key) && roles.some(isOurs) && at(location.file) === created,
	);
}
