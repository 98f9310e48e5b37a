import { foreignKeyConstraint } from "../../emit/foreign-keys";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import { type ForeignKey, qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Artifact, Generate } from "../artifact";
import { planRowLevel } from "../base/row-plan";
import { stepFiles, transactionFile } from "../base/sql-file";
import { keyChanges } from "./key-changes";
import { type Placement, placementOf, violations } from "./placement";
import { readme } from "./readme";
import { schemaBased } from "./schema-based";

/**
 * Tables spread over several machines with Citus: by the tenant column, as an option of row-level isolation, or a schema for
 * each tenant. Checked against the documented signatures and rules; nothing of it was run on Citus, and each file says so.
 */
export const citus: Generate = (blueprint) => {
	const plan = planRowLevel(blueprint);
	const { setting, after } = plan;
	const placement = setting && placementOf(after.model, after.tenancy, setting);
	const files: Artifact[] = [];
	let left: readonly { readonly message: string }[] = [];
	if (placement !== null && placement.distributed.size > 0) {
		const changes = keyChanges(after.model, placement);
		const ready = blueprint.analyzer.extend(after, `${changes.join("\n")}\n`).model;
		left = violations(ready, placement);
		files.push(
			...stepFiles(plan.keys, (part) => `row-based/1-keys-${part}.sql`, [
				"Tenant columns and foreign keys that carry the tenant, while all tables are on one machine.",
			]),
		);
		if (changes.length > 0)
			files.push({
				path: "row-based/2-distribution-column.sql",
				text: transactionFile(
					[
						NOT_RUN,
						"Every primary and unique key has to contain the distribution column. It waits for locks, and builds indexes anew.",
					],
					["SET LOCAL lock_timeout = '5s';", ...changes],
				),
				purpose: "Puts the tenant column into the primary and unique keys that lack it.",
			});
		files.push({
			path: "row-based/3-distribute.sql",
			text: distribute(ready, placement),
			purpose: "Makes tables distributed or reference tables, in the order that foreign keys need.",
		});
	}
	files.push(schemaBased(blueprint.database.model));
	const about = { path: "README.md", purpose: "What Citus needs, what changes first, what it does not do." };
	return [{ ...about, text: readme(placement, left, setting, files) }, ...files];
};

/** In each file that calls Citus. */
export const NOT_RUN = "Checked against Citus' documentation, not run on Citus: try it in a test cluster first.";

/**
 * Without foreign keys first, as they can't always hold while one table is distributed and the other is not:
 * https://docs.citusdata.com/en/stable/develop/reference_ddl.html#distributing-coordinator-data
 */
function distribute(model: SchemaModel, { distributed, reference }: Placement): string {
	const placed = [...reference, ...distributed.keys()].flatMap((key) => model.tables.get(key) ?? []);
	const isPlaced = new Set(placed.map(qualified));
	const keys = placed.flatMap((table) =>
		table.foreignKeys
			.filter((key) => !key.inherited && isPlaced.has(qualified(key.references)))
			.map((key): [Table, ForeignKey] => [table, key]),
	);
	const alter = (table: Table) => `ALTER TABLE ${quoteName(table)}`;
	const [first] = distributed.keys();
	const root = model.tables.get(first ?? "");
	return transactionFile(
		[
			NOT_RUN,
			"On the coordinator, in a maintenance window: writes to a table wait while its rows are copied to the nodes.",
			"One transaction: all tables are distributed, or none is.",
		],
		[
			keys.map(([table, key]) => `${alter(table)} DROP CONSTRAINT ${quoteIdentifier(key.name)};`).join("\n"),
			reference
				.flatMap((key) => model.tables.get(key) ?? [])
				.map((table) => `SELECT create_reference_table(${quoteLiteral(quoteName(table))});`)
				.join("\n"),
			[...distributed]
				.map(([key, column]) => {
					const table = model.tables.get(key);
					if (!table || !root) return "";
					const with_ = key === first ? "" : `, colocate_with => ${quoteLiteral(quoteName(root))}`;
					return `SELECT create_distributed_table(${quoteLiteral(quoteName(table))}, ${quoteLiteral(column)}${with_});`;
				})
				.join("\n"),
			keys.map(([table, key]) => `${alter(table)} ADD ${foreignKeyConstraint(key)};`).join("\n"),
		],
	);
}
