import type { Node } from "@pgsql/types";
import { as } from "../schema/tree";
import { fanOuts, literalsOf, tenantMigrations } from "./base/fan-out";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS, tenantSchemas } from "./base/tenant-schemas";

function provisioning(statement: string): string {
	return `${CLINICS}CREATE FUNCTION shared.provision(tenant_schema name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	${statement}
	EXECUTE format('CREATE SCHEMA %I', tenant_schema);
	EXECUTE format('CREATE TABLE %1$I.owners (id bigint PRIMARY KEY)', tenant_schema);
END $$;\n`;
}

export const fanoutNotRepeatable: Rule = {
	id: "fanout-not-repeatable",
	summary: "What is run for each tenant's schema does something that works only once.",
	severity: "warning",
	doc: {
		why: "Roles, extensions and publications exist once in a database or server. The first tenant gets through, the second fails. A loop that commits in between and then fails can't be run again either, as it stumbles over what it has done.",
		remedy: "Move what exists once into a migration that runs once, or write IF NOT EXISTS.",
		sources: [
			{
				title: "PostgreSQL: CREATE EXTENSION",
				url: "https://www.postgresql.org/docs/current/sql-createextension.html",
			},
			{
				title: "PostgreSQL: Transaction Management in PL/pgSQL",
				url: "https://www.postgresql.org/docs/current/plpgsql-transactions.html",
			},
		],
		bad: provisioning("CREATE ROLE clinic_reader;"),
		good: provisioning("EXECUTE format('CREATE ROLE %I', tenant_schema || '_reader');"),
		traps: [
			{ title: "it asks first whether it is there", sql: provisioning("CREATE SCHEMA IF NOT EXISTS archive;") },
			{
				title: "it lives with the error",
				sql: provisioning("BEGIN CREATE ROLE clinic_reader; EXCEPTION WHEN duplicate_object THEN NULL; END;"),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		if (tenantSchemas(context))
			for (const { name, body, location } of fanOuts(context)) {
				const once = /\bexception\s+when\b|\bpg_roles\b|\bpg_extension\b/i.test(body) ? null : onceIn(body);
				if (once === null && !commitsBetween(body)) continue;
				yield {
					table: null,
					location,
					message:
						once === null
							? `${name} commits between tenants, and its changes fail where they were made already, so it can't be run again after an error.`
							: `${name} is run for each tenant and does ${once}, which works only for the first.`,
					help:
						once === null
							? "Write IF NOT EXISTS and IF EXISTS, so that it can be run again."
							: "Move it into a migration that runs once, or write IF NOT EXISTS.",
				};
			}
		for (const file of tenantMigrations(context))
			for (const { node, span } of file.statements) {
				const what = node && madeOnce(node);
				if (!what) continue;
				yield {
					table: null,
					location: { file: file.file, span },
					message: `This is run for each tenant and creates ${what}, which a database has only once: it fails for the second tenant.`,
					help: "Move it into a migration that runs once, or write IF NOT EXISTS.",
				};
			}
	},
};

const ONCE =
	/\bcreate\s+(role|user|extension|publication|schema|database|tablespace|event\s+trigger)\s+(?!if\s+not\s+exists\b)(?!mapping\b)(?!%)("?\w+"?)/i;

/** `CREATE ROLE reader` with a name that is the same for each tenant, in the body itself or in a literal of it. */
function onceIn(body: string): string | null {
	const itself = body.replace(/'(?:[^']|'')*'/g, "''").replace(/--[^\n]*/g, "");
	for (const text of [itself, ...literalsOf(body)]) {
		const [match] = ONCE.exec(text) ?? [];
		// `'CREATE SCHEMA ' || quote_ident(name)` has its name outside of the literal.
		if (match !== undefined && !/^\s*create\s+\w+\s*$/i.test(match)) return match.replace(/\s+/g, " ");
	}
	return null;
}

/** Changes of schemas that fail the second time, with a COMMIT in the loop. */
function commitsBetween(body: string): boolean {
	if (!/\bloop\b/i.test(body) || !/(^|;)\s*commit\s*;/im.test(body)) return false;
	return literalsOf(body).some(
		(text) =>
			/\b(create\s+(unique\s+)?(table|index)|add\s+column|add\s+constraint)\b/i.test(text) && !/\bexists\b/i.test(text),
	);
}

function madeOnce(node: Node): string | null {
	const extension = as(node, "CreateExtensionStmt");
	if (extension && !extension.if_not_exists) return `extension ${extension.extname}`;
	const schema = as(node, "CreateSchemaStmt");
	if (schema?.schemaname && !schema.if_not_exists) return `schema ${schema.schemaname}`;
	const role = as(node, "CreateRoleStmt")?.role;
	if (role) return `role ${role}`;
	const publication = as(node, "CreatePublicationStmt")?.pubname;
	return publication ? `publication ${publication}` : null;
}
