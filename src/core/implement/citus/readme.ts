import type { Artifact } from "../artifact";
import type { TenantSetting } from "../base/tenant-setting";
import type { Placement } from "./placement";

/** `README.md` of the Citus option. */
export function readme(
	placement: Placement | null,
	left: readonly { readonly message: string }[],
	setting: TenantSetting | null,
	files: readonly Artifact[],
): string {
	return `# Beyond one machine: Citus

Citus is an extension that spreads PostgreSQL's tables over several machines. **What is here was checked against its documentation
(signatures, and the rules on keys), and was not run on Citus.** Try it in a test cluster with a copy of your data first.

| file | what it is for |
|---|---|
${files.map(({ path, purpose }) => `| \`${path}\` | ${purpose} |`).join("\n")}

## Which way

| | row-based | schema-based |
|---|---|---|
| fits | many tenants in shared tables | a schema for each tenant (needs Citus 12) |
| what changes | every key contains the tenant column | nothing within a schema |
| queries | must name the tenant column, or they go to all machines | as they are, with \`search_path\` |
| limit | one tenant fits on one machine | as many tenants as one catalog bears |

Before either: \`shared_preload_libraries = 'citus'\` on each machine, \`CREATE EXTENSION citus\` in the database, the other machines
added with \`citus_add_node\`. Not every provider offers Citus.

## Row-based

${placement === null || placement.distributed.size === 0 ? "Nothing here can be distributed by rows: no table says by a column which tenant its rows belong to." : rowBased(placement, left)}

## Row-level security on Citus

Policies have to hold on every machine, and so has the setting that they read${setting === null ? "" : `, \`${setting.name}\``}. Citus passes only \`SET LOCAL\` on, only
within a transaction, and only with \`citus.propagate_set_commands = 'local'\`; it documents nothing of the kind for \`set_config(…)\`.
So bind with \`SET LOCAL${setting === null ? "" : ` ${setting.name} = …`}\` (the value quoted by your client, as SET takes no parameters), and run
\`tests/isolation.sql\` in the cluster. Until it has passed there, take isolation on Citus for unproved.

## Sources

- Citus, Creating and Modifying Distributed Objects: https://docs.citusdata.com/en/stable/develop/reference_ddl.html
- Citus, Utility Functions: https://docs.citusdata.com/en/stable/develop/api_udf.html
- Citus, Configuration (citus.propagate_set_commands, citus.enable_schema_based_sharding): https://docs.citusdata.com/en/stable/develop/api_guc.html
- Citus utility functions reference (Microsoft): https://learn.microsoft.com/postgresql/citus/api-udf
- Citus, Multi-tenant Applications: https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html
`;
}

function rowBased({ distributed, reference, local }: Placement, left: readonly { readonly message: string }[]): string {
	const tables = (keys: readonly string[]) => keys.map((key) => `\`${key}\``).join(", ");
	return `Distributed, all in one colocation group, so that a tenant's rows of all tables are on one machine:

${[...distributed].map(([table, column]) => `- \`${table}\` by \`${column}\``).join("\n")}

${reference.length === 0 ? "No table is the same for all tenants." : `Reference tables, copied to each machine: ${tables(reference)}.`}
${local.length === 0 ? "" : `\nThese stay on the coordinator. Give them a tenant column, or say that they are shared, first:\n\n${local.map(({ table, why }) => `- \`${table}\`: ${why}`).join("\n")}\n`}
${left.length === 0 ? "After `2-distribution-column.sql` every key has its distribution column." : `**Citus refuses these as they are; change them first:**\n\n${left.map(({ message }) => `- ${message}`).join("\n")}`}

A key that now begins with the tenant column is unique for each tenant, not over all: two tenants may have the same \`id\`. Ids that
leave the product (in addresses, in webhooks) need the tenant beside them.`;
}
