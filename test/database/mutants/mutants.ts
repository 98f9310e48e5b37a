import type { DatabaseAnalysis } from "../../../src/core/analyze";
import { columnList, quoteIdentifier, quoteName, quoteRole } from "../../../src/core/emit/identifier";
import { type FunctionModel, type Key, type Policy, qualified, type Table } from "../../../src/core/schema/model";
import { applicationRoles, privilegesOn } from "../../../src/core/tenancy/enforcement";

/** A schema with one protection less: SQL that follows its files. */
export interface Mutant {
	readonly kind: string;
	/** `schema.name` of what loses its protection. */
	readonly object: string;
	readonly sql: string;
}

/** Takes one protection away at a time, wherever the schema has one. */
export function mutantsOf(database: DatabaseAnalysis, roles?: readonly string[]): Mutant[] {
	const { model, tenancy } = database;
	const [application] = applicationRoles(model, roles);
	const role = application === undefined ? "public" : quoteRole(application);
	const ofTenants = [...model.tables.values()].filter((table) =>
		tenancy.tables.get(qualified(table))?.scope.startsWith("tenant-"),
	);
	// Of what the application may not touch, row-level security protects nothing.
	const reached = ofTenants.filter(
		(table) => application === undefined || privilegesOn(model, table, [application, "public"]).size > 0,
	);
	const views = [...model.views.values()];
	return [
		...reached.flatMap(rowSecurity),
		...reached.flatMap((table) => table.policies.flatMap((each) => policy(table, each, role, application))),
		...ofTenants.flatMap((table) => keys(database, table)),
		...ofTenants.flatMap((table) => columns(database, table)),
		...reached.flatMap((table) => guards(table)),
		...reached.map((table) => mutant("GRANT TRUNCATE", table, `GRANT TRUNCATE ON ${quoteName(table)} TO ${role};`)),
		...views.flatMap((view): Mutant[] =>
			view.kind === "view" && view.securityInvoker
				? [mutant("view runs as its owner", view, `ALTER VIEW ${quoteName(view)} RESET (security_invoker);`)]
				: [],
		),
		...views.flatMap((view): Mutant[] =>
			view.kind === "materialized"
				? [mutant("GRANT SELECT on a materialised view", view, `GRANT SELECT ON ${quoteName(view)} TO ${role};`)]
				: [],
		),
		...[...model.functions.values()].flatMap((each) => routine(database, each, role)),
		...(application === undefined ? [] : ofRole(ofTenants, application)),
		...schemas(database, role),
	];
}

function mutant(kind: string, object: { readonly schema: string; readonly name: string }, sql: string): Mutant {
	return { kind, object: qualified(object), sql };
}

function rowSecurity(table: Table): Mutant[] {
	const alter = `ALTER TABLE ${quoteName(table)}`;
	return [
		...(table.rls.enabled ? [mutant("DISABLE ROW LEVEL SECURITY", table, `${alter} DISABLE ROW LEVEL SECURITY;`)] : []),
		...(table.rls.enabled && table.rls.forced
			? [mutant("NO FORCE ROW LEVEL SECURITY", table, `${alter} NO FORCE ROW LEVEL SECURITY;`)]
			: []),
	];
}

function policy(table: Table, each: Policy, role: string, application: string | undefined): Mutant[] {
	const on = `${quoteIdentifier(each.name)} ON ${quoteName(table)}`;
	const make = (kind: string, sql: string) => mutant(`${kind} (${each.command})`, table, sql);
	// Without a restrictive one there is more to reach; without a permissive one, less.
	if (!each.permissive) return [make("DROP a restrictive POLICY", `DROP POLICY ${on};`)];
	const isForApplication =
		application === undefined || each.roles.includes(application) || each.roles.includes("public");
	if (!isForApplication) return [make("ALTER POLICY TO public", `ALTER POLICY ${on} TO public;`)];
	const found: Mutant[] = [];
	const open = (condition: string, setting: string) => `(${condition}) OR ${setting}`;
	if (each.using !== null) {
		found.push(make("USING (true)", `ALTER POLICY ${on} USING (true);`));
		const [setting] = each.usesSettings;
		if (setting !== undefined)
			found.push(
				make(
					"USING opens without a tenant",
					`ALTER POLICY ${on} USING (${open(each.using, `nullif(current_setting('${setting}', true), '') IS NULL`)});`,
				),
			);
	}
	if (each.command !== "select" && each.command !== "delete")
		found.push(make("WITH CHECK (true)", `ALTER POLICY ${on} WITH CHECK (true);`));
	found.push(
		make(
			"a second policy opens it",
			`CREATE POLICY "everybody" ON ${quoteName(table)} FOR SELECT TO ${role} USING (true);`,
		),
	);
	return found;
}

/** Keys without the tenant's column: unique ones, and foreign ones with what they need. */
function keys({ model, tenancy }: DatabaseAnalysis, table: Table): Mutant[] {
	const tenant = tenancy.tables.get(qualified(table))?.tenantColumn;
	if (tenant == null) return [];
	const alter = `ALTER TABLE ${quoteName(table)}`;
	const rest = (list: readonly string[]) => list.filter((column) => column !== tenant);
	const isShorter = (list: readonly string[]) => list.includes(tenant) && rest(list).length > 0;
	// One that partitions may need, or that others reference, can't be had without.
	const isReferenced = ({ columns: own }: Key) =>
		[...model.tables.values()].some(({ foreignKeys }) =>
			foreignKeys.some((key) => qualified(key.references) === qualified(table) && key.to.join() === own.join()),
		);
	const isPlain = table.kind !== "partitioned" && table.partitionOf === null;
	const uniques = table.uniques
		.filter((key) => isPlain && isShorter(key.columns) && !isReferenced(key))
		.map((key) =>
			mutant(
				"UNIQUE without the tenant",
				table,
				`${alter} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.name)};\nDROP INDEX IF EXISTS ${quoteName({ schema: table.schema, name: key.name })};\n${alter} ADD UNIQUE (${columnList(rest(key.columns))});`,
			),
		);
	const references = table.foreignKeys.flatMap((key): Mutant[] => {
		const parent = model.tables.get(qualified(key.references));
		if (!isPlain || !parent || parent.kind === "partitioned" || key.inherited || !isShorter(key.columns)) return [];
		const kept = key.columns.flatMap((column, i) =>
			column === tenant ? [] : [[column, key.to[i] as string] as const],
		);
		const to = kept.map(([, column]) => column);
		const has = [parent.primaryKey, ...parent.uniques].some((one) => one?.columns.join() === to.join());
		return [
			mutant(
				"FOREIGN KEY without the tenant",
				table,
				`${has ? "" : `ALTER TABLE ${quoteName(parent)} ADD UNIQUE (${columnList(to)});\n`}${alter} DROP CONSTRAINT ${quoteIdentifier(key.name)};\n${alter} ADD FOREIGN KEY (${columnList(kept.map(([column]) => column))}) REFERENCES ${quoteName(parent)} (${columnList(to)});`,
			),
		];
	});
	return [...uniques, ...references];
}

function columns({ tenancy }: DatabaseAnalysis, table: Table): Mutant[] {
	const tenant = tenancy.tables.get(qualified(table))?.tenantColumn;
	const column = table.columns.find(({ name }) => name === tenant);
	if (!column?.notNull || table.primaryKey?.columns.includes(column.name) || table.partitionOf) return [];
	return [
		mutant(
			"tenant column may be NULL",
			table,
			`ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteIdentifier(column.name)} DROP NOT NULL;`,
		),
	];
}

/** Triggers and checks that keep a row with its tenant. */
function guards(table: Table): Mutant[] {
	return table.triggers
		.filter(({ timing }) => timing === "before")
		.map(({ name }) =>
			mutant("DROP a guarding TRIGGER", table, `DROP TRIGGER ${quoteIdentifier(name)} ON ${quoteName(table)};`),
		);
}

function routine({ model }: DatabaseAnalysis, each: FunctionModel, role: string): Mutant[] {
	if (each.kind === "aggregate" || each.returns === "trigger") return [];
	const types = each.arguments.filter(({ mode }) => mode === "in" || mode === "inout" || mode === "variadic");
	const signature = `${each.kind === "procedure" ? "PROCEDURE" : "FUNCTION"} ${quoteName(each)}(${types.map(({ type }) => type).join(", ")})`;
	const readsTables = [...model.tables.values()].some(({ name }) => new RegExp(`\\b${name}\\b`).test(each.body));
	if (!readsTables) return [];
	return [
		...(each.securityDefiner
			? []
			: [mutant("function runs as its owner", each, `ALTER ${signature} SECURITY DEFINER;`)]),
		...(each.securityDefiner && each.settings.has("search_path")
			? [mutant("definer's search_path is the caller's", each, `ALTER ${signature} RESET search_path;`)]
			: []),
		...(each.securityDefiner && !each.publicExecute
			? [mutant("everybody may call a definer", each, `GRANT EXECUTE ON ${signature} TO ${role};`)]
			: []),
	];
}

function ofRole(tables: readonly Table[], application: string): Mutant[] {
	const role = quoteRole(application);
	const [first] = tables;
	const object = { schema: "role", name: application };
	return [
		mutant("BYPASSRLS", object, `ALTER ROLE ${role} BYPASSRLS;`),
		mutant("SUPERUSER", object, `ALTER ROLE ${role} SUPERUSER;`),
		mutant(
			"member of a role that bypasses",
			object,
			`CREATE ROLE tenancy_mutant_admin BYPASSRLS;\n${tables.map((table) => `GRANT SELECT ON ${quoteName(table)} TO tenancy_mutant_admin;\n`).join("")}GRANT tenancy_mutant_admin TO ${role};`,
		),
		...(first
			? [
					mutant("application owns a table", first, `ALTER TABLE ${quoteName(first)} OWNER TO ${role};`),
					mutant(
						"default privileges for later tables",
						{ schema: "role", name: application },
						`ALTER DEFAULT PRIVILEGES IN SCHEMA ${quoteIdentifier(first.schema)} GRANT ALL ON TABLES TO ${role};`,
					),
				]
			: []),
	];
}

/** A tenant's schema that everybody may use, where tenants have schemas. */
function schemas({ model, tenancy }: DatabaseAnalysis, role: string): Mutant[] {
	if (tenancy.mode !== "schema" && tenancy.mode !== "hybrid") return [];
	const own = new Set(
		[...model.tables.values()].flatMap((table) =>
			tenancy.tables.get(qualified(table))?.scope.startsWith("tenant-") && table.schema !== "public"
				? [table.schema]
				: [],
		),
	);
	return [...own].map((schema) =>
		mutant(
			"a tenant's schema is open",
			{ schema, name: "*" },
			`GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${role === "public" ? "PUBLIC" : role}, PUBLIC;\nGRANT SELECT ON ALL TABLES IN SCHEMA ${quoteIdentifier(schema)} TO PUBLIC;`,
		),
	);
}
