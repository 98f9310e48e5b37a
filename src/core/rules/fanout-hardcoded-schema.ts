import type { RangeVar } from "@pgsql/types";
import { as } from "../schema/tree";
import type { SqlFile } from "../sql/statement";
import { nodesOf } from "./base/expressions";
import { fanOuts, literalsOf, tenantMigrations } from "./base/fan-out";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS, tenantSchemas } from "./base/tenant-schemas";

function adding(reference: string): string {
	return `${CLINICS}CREATE FUNCTION shared.add_visits(tenant_schema name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %1$I.visits (id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES ${reference})', tenant_schema);
END $$;\n`;
}

export const fanoutHardcodedSchema: Rule = {
	id: "fanout-hardcoded-schema",
	summary: "What is run for each tenant's schema names one tenant's schema.",
	severity: "error",
	doc: {
		why: "It was tried on one tenant, and works there. For each other tenant it changes or refers to the first one's tables.",
		remedy: "Put the schema's name in with format('%I', …), or leave names unqualified and let search_path choose.",
		sources: [
			{
				title: "PostgreSQL: Executing Dynamic Commands",
				url: "https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN",
			},
			{ title: "PostgreSQL: Schemas", url: "https://www.postgresql.org/docs/current/ddl-schemas.html" },
		],
		bad: adding("tenant_acme.patients"),
		good: adding("%1$I.patients"),
		traps: [
			{
				title: "it copies the template",
				sql: `${CLINICS.replaceAll("tenant_acme", "tenant_template")}CREATE FUNCTION shared.provision(tenant_schema name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE SCHEMA %I', tenant_schema);
	EXECUTE format('CREATE TABLE %1$I.owners (LIKE tenant_template.owners INCLUDING ALL)', tenant_schema);
END $$;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const placement = tenantSchemas(context);
		if (placement)
			for (const { name, body, location } of fanOuts(context)) {
				const named = literalsOf(body).flatMap((text) => namedIn(text, placement.schemas, placement.template));
				if (named[0] === undefined) continue;
				yield {
					table: null,
					location,
					message: `${name} is run for each tenant and names schema ${named[0]}, so every tenant gets at that one's tables.`,
					help: "Put the schema that it is given in its place, with format('%I', …).",
				};
			}
		const files = tenantMigrations(context);
		const own = new Set(files.flatMap((file) => relations(file, "CreateStmt").map(({ name }) => name.relname)));
		for (const file of files)
			for (const { name, span } of relations(file)) {
				const { schemaname, relname } = name;
				if (!schemaname || !(placement?.schemas.has(schemaname) || (schemaname === "public" && own.has(relname))))
					continue;
				yield {
					table: null,
					location: { file: file.file, span },
					message: `This is run for each tenant and names schema ${schemaname}, so every tenant gets at that one's ${relname}.`,
					help: "Leave the schema out: search_path says whose it is.",
				};
			}
	},
};

/** The tenants' schemas that dynamic SQL names. To copy the template is what it is for, to refer to it is not. */
function namedIn(text: string, schemas: ReadonlySet<string>, template: string | null): string[] {
	return [...schemas].filter((schema) => {
		const name = schema.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
		return new RegExp(`${schema === template ? "\\breferences\\s+" : "(?<![\\w.])"}"?${name}"?\\.`, "i").test(text);
	});
}

/** The relations that a file's statements name; with a tag, only unqualified ones of such statements. */
function relations(file: SqlFile, tag?: "CreateStmt"): { name: RangeVar; span: { start: number; end: number } }[] {
	return file.statements.flatMap(({ node, span }) => {
		if (tag) {
			const name = as(node, tag)?.relation;
			return name && !name.schemaname ? [{ name, span }] : [];
		}
		const [first] = [...nodesOf(node)].flatMap((each) => {
			const name = each as RangeVar;
			return typeof name.relname === "string" && name.schemaname ? [name] : [];
		});
		return first ? [{ name: first, span }] : [];
	});
}
