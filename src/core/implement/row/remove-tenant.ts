import { quoteLiteral, quoteName } from "../../emit/identifier";
import { qualified } from "../../schema/model";
import { routineBody } from "../base/raw";
import { referencedFirst } from "../base/reference-order";
import type { RowPlan } from "../base/row-plan";
import { rowsOfTenant } from "../base/rows-of-tenant";

/** The tenant that is removed, as SQL. */
const REMOVED = "current_setting('tenancy.removed')";

/**
 * `recipes/remove-tenant.sql`: all rows of one tenant, in the order that foreign keys allow, all or nothing. It makes a function
 * that ends with the session.
 */
export function removeTenant({ after: { model, tenancy }, roles }: RowPlan): string {
	const own = [...model.tables.values()].flatMap((table) => {
		const scope = tenancy.tables.get(qualified(table))?.scope;
		if (table.partitionOf !== null || table.kind === "foreign" || scope === "shared") return [];
		return [{ table, rows: rowsOfTenant(model, tenancy, table, REMOVED) }];
	});
	const undecided = own.filter(({ rows }) => rows === null).map(({ table }) => `--   ${quoteName(table)}\n`);
	const conditions = new Map(own.flatMap(({ table, rows }) => (rows === null ? [] : [[table, rows] as const])));
	const among = new Map([...conditions.keys()].map((table) => [qualified(table), table]));
	// Rows that point at others go before them, and before those that say whose they are.
	const order = referencedFirst(conditions.keys(), among).reverse();
	const statements = order.map((table) =>
		quoteLiteral(`DELETE FROM ${quoteName(table)} WHERE ${conditions.get(table)}`),
	);
	return `-- A recipe, not a part of apply.sql: takes one tenant away with all its rows, or does nothing. Take a backup first.
--   psql --dbname YOUR_DATABASE --command 'SET ROLE ${roles.maintenance}' --file recipes/remove-tenant.sql \\
--     --command "SELECT * FROM pg_temp.remove_tenant('ITS ID')"
-- It prints how many rows went from each table. Backups and logs keep what they have until they expire.
${undecided.length === 0 ? "" : `-- Nothing says whose the rows of these tables are, so they are not touched; where they point at the tenant's rows, PostgreSQL\n-- refuses, and nothing is removed:\n${undecided.join("")}`}CREATE FUNCTION pg_temp.remove_tenant(removed text) RETURNS TABLE (relation text, removed_rows bigint)
	LANGUAGE plpgsql SET row_security = off
	AS ${routineBody`
DECLARE
	statements text[] := ARRAY[
		${statements.join(",\n\t\t")}
	]::text[];
	names text[] := ARRAY[${order.map((table) => quoteLiteral(quoteName(table))).join(", ")}]::text[];
	found boolean := false;
	left_over boolean;
BEGIN
	PERFORM set_config('tenancy.removed', removed, true);
	-- Again, as triggers may write rows while others go, into a log of changes for example.
	FOR pass IN 1..3 LOOP
		left_over := false;
		FOR i IN 1..cardinality(statements) LOOP
			EXECUTE statements[i];
			GET DIAGNOSTICS removed_rows = ROW_COUNT;
			CONTINUE WHEN removed_rows = 0;
			relation := names[i];
			found := true;
			left_over := true;
			RETURN NEXT;
		END LOOP;
		EXIT WHEN NOT left_over;
	END LOOP;
	IF left_over THEN
		RAISE EXCEPTION 'Rows of tenant % come back while they are deleted: a trigger writes them. Nothing was removed.', removed;
	ELSIF NOT found THEN
		RAISE EXCEPTION 'There is no row of a tenant %.', removed;
	END IF;
END
`};
`;
}
