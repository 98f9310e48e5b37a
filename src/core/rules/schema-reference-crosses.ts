import { type FunctionModel, qualified } from "../schema/model";
import type { Placement } from "../tenancy/placement";
import { relationsOf, statementsOf } from "./base/bodies";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS, tenantSchemas } from "./base/tenant-schemas";

export const schemaReferenceCrosses: Rule = {
	id: "schema-reference-crosses",
	summary:
		"A foreign key, view or function reaches from one tenant's schema into another's, or from what all share into one tenant's.",
	severity: "error",
	doc: {
		why: "One tenant's rows then depend on another's: it reads them, its deletes fail or cascade there, and the other can't be moved, restored or dropped by itself. It happens when a schema was copied and the copy still points to where it came from.",
		remedy: "Let each tenant's schema refer to itself and to what is shared, and nothing shared to a single tenant.",
		sources: [
			{ title: "PostgreSQL: Schemas", url: "https://www.postgresql.org/docs/current/ddl-schemas.html" },
			{
				title: "django-tenants: Tenant-aware models",
				url: "https://django-tenants.readthedocs.io/en/latest/use.html",
			},
		],
		bad: `${CLINICS}CREATE TABLE tenant_globex.visits (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES tenant_acme.patients);\n`,
		good: `${CLINICS}CREATE TABLE tenant_globex.visits (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES tenant_globex.patients);\n`,
		traps: [
			{
				title: "a tenant's table refers to what all share",
				sql: `${CLINICS}CREATE TABLE shared.species (code text PRIMARY KEY);\nALTER TABLE tenant_acme.patients ADD COLUMN species text REFERENCES shared.species;\nALTER TABLE tenant_globex.patients ADD COLUMN species text REFERENCES shared.species;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const placement = tenantSchemas(context);
		if (!placement) return;
		const { model } = context;
		for (const [key, { schema, foreignKeys }] of model.tables)
			for (const { name, references, location } of foreignKeys) {
				const crosses = crossing(placement, schema, references.schema);
				if (!crosses) continue;
				yield {
					table: key,
					location,
					message: `Foreign key ${name} reaches from ${crosses} into tenant schema ${references.schema}.`,
					help: `Refer to a table of ${schema} itself, or of a schema that all share.`,
				};
			}
		for (const [key, { schema, reads, nameLocation }] of model.views) {
			const read = reads.find((each) => crossing(placement, schema, each.split(".")[0] ?? ""));
			const crosses = read && crossing(placement, schema, read.split(".")[0] ?? "");
			if (!crosses) continue;
			yield {
				table: read,
				location: nameLocation,
				// A report over all tenants may be wanted; that it shows up here is what it should.
				severity: placement.schemas.has(schema) ? "error" : "warning",
				message: `View ${key} reads ${read}, from ${crosses}.`,
				help: "Let each tenant's view read its own schema.",
			};
		}
		for (const called of model.functions.values()) {
			const read = readBy(context, placement, called);
			const crosses = read && crossing(placement, called.schema, read.split(".")[0] ?? "");
			if (!crosses) continue;
			yield {
				table: read,
				location: called.location,
				severity: placement.schemas.has(called.schema) ? "error" : "warning",
				message: `Function ${qualified(called)} uses ${read}, from ${crosses}.`,
				help: "Let each tenant's function use its own schema.",
			};
		}
	},
};

/** From where a reference crosses over, as messages say it; null where it may be. */
function crossing({ schemas, template }: Placement, from: string, to: string): string | null {
	if (from === to || !schemas.has(to)) return null;
	if (schemas.has(from)) return `tenant schema ${from}`;
	// What provisions tenants knows the pattern that it copies.
	return to === template ? null : `${from}, which is no tenant's,`;
}

/** The table of another tenant that a function's body names. */
function readBy(context: RuleContext, placement: Placement, called: FunctionModel): string | undefined {
	return statementsOf(context, called)
		.flatMap(({ node }) => (node ? relationsOf(node) : []))
		.filter(({ schemaname }) => schemaname !== undefined && crossing(placement, called.schema, schemaname) !== null)
		.map(({ schemaname, relname }) => `${schemaname}.${relname}`)[0];
}
