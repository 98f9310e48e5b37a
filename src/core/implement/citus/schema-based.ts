import { quoteIdentifier, quoteLiteral } from "../../emit/identifier";
import type { SchemaModel } from "../../schema/model";
import { findPlacement } from "../../tenancy/placement";
import type { Artifact } from "../artifact";

/**
 * A schema for each tenant on a node of its own choice; needs Citus 12. Schemas that the workspace has are named.
 * https://docs.citusdata.com/en/stable/develop/api_udf.html#citus-schema-distribute
 */
export function schemaBased(model: SchemaModel): Artifact {
	const placement = findPlacement(model);
	const schemas = [...(placement?.schemas ?? [])].filter((schema) => schema !== placement?.template);
	const existing = schemas.map(
		(schema) => `SELECT citus_schema_distribute(${quoteLiteral(quoteIdentifier(schema))}::regnamespace);`,
	);
	return {
		path: "schema-based/distribute-schemas.sql",
		text: `-- Checked against Citus' documentation, not run on Citus: try it in a test cluster first.
-- psql --set schema=tenant_acme --file schema-based/distribute-schemas.sql
-- Needs Citus 12 or later, on the coordinator. Tables that all tenants share become reference tables first, so that tenants'
-- tables may point at them; a tenant's tables may point at nothing else outside of their schema.
\\set ON_ERROR_STOP on

-- A schema that is made while this is on is a distributed schema from the start: put it into the code that adds a tenant.
SET citus.enable_schema_based_sharding TO on;
${existing.length === 0 ? "" : `\n-- The tenants' schemas that there are.\n${existing.join("\n")}\n`}
-- A schema that is named on the command line.
\\if :{?schema}
SELECT citus_schema_distribute(quote_ident(:'schema')::regnamespace);
\\endif
`,
		purpose: "Lets Citus place each tenant's schema on a node of its own; the option of schema-level isolation.",
	};
}
