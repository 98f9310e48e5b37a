import { type FunctionModel, type Index, qualified, type SchemaModel } from "../../src/core/schema/model";
import { emptyFacts, type Facts, isNullDefault, list, words } from "./facts";

/** What the model says, in the words of `readCatalog`. Temporary tables are left out: they end with their session. */
export function factsOfModel(model: SchemaModel): Facts {
	const facts = emptyFacts();
	const { values, expressions } = facts;
	const type = (name: string) => qualifyType(name, model);

	const addIndex = (schema: string, table: string, index: Index) => {
		const key = `${schema}.${index.name}`;
		values.set(
			`index ${key}`,
			words(
				`on ${schema}.${table} ${list(index.columns)}`,
				index.include.length > 0 && `include ${list(index.include)}`,
				index.unique && "unique",
				index.method,
				index.where !== null && "where",
			),
		);
		if (index.where !== null)
			expressions.set(`index predicate ${key}`, {
				sql: index.where,
				place: { kind: "index predicate", schema, table },
			});
		for (const [position, sql] of index.expressions.entries()) {
			if (sql !== null)
				expressions.set(`index expression ${key} ${position}`, {
					sql,
					place: { kind: "index expression", schema, table },
				});
		}
	};

	for (const name of new Set(["public", ...model.schemas.keys()])) values.set(`schema ${name}`, "schema");
	for (const name of model.extensions.keys()) if (name !== "plpgsql") values.set(`extension ${name}`, "extension");
	for (const { name, allTables, tables, filtered } of model.publications.values()) {
		const published = tables.map((table) => (filtered.includes(table) ? `${table} filtered` : table));
		values.set(`publication ${name}`, allTables ? "all tables" : list(published.sort()));
	}

	for (const table of model.tables.values()) {
		if (table.persistence === "temporary") continue;
		const id = qualified(table);
		const place = { schema: table.schema, table: table.name };
		const parents = (table.partitionOf === null ? table.inherits : [table.partitionOf]).map(qualified).join(", ");
		values.set(
			`table ${id}`,
			words(
				table.persistence === "unlogged" && "unlogged",
				table.kind,
				table.partitionKey !== null && `by ${table.partitionKey.strategy} ${list(table.partitionKey.columns)}`,
				parents !== "" && `${table.partitionOf === null ? "inherits" : "partition of"} ${parents}`,
			),
		);
		values.set(`row security ${id}`, words(table.rls.enabled ? "enabled" : "disabled", table.rls.forced && "forced"));
		if (table.comment !== null) values.set(`comment ${id}`, table.comment);
		if (table.columns.length > 0) values.set(`columns ${id}`, list(table.columns.map((column) => column.name)));
		for (const column of table.columns) {
			const key = `${id}.${column.name}`;
			const ownDefault = isNullDefault(column.default) ? null : column.default;
			values.set(
				`column ${key}`,
				words(
					type(column.type),
					column.notNull && "not null",
					column.identity !== null && `identity ${column.identity}`,
					column.generated !== null && "generated",
					ownDefault !== null && "default",
				),
			);
			const at = { ...place, column: column.name, type: column.type };
			if (ownDefault !== null)
				expressions.set(`default ${key}`, { sql: ownDefault, place: { kind: "default", ...at } });
			if (column.generated !== null)
				expressions.set(`generated ${key}`, { sql: column.generated, place: { kind: "generated", ...at } });
			if (column.comment !== null) values.set(`comment ${key}`, column.comment);
		}
		if (table.primaryKey !== null)
			values.set(`primary key ${id}`, `${table.primaryKey.name} ${list(table.primaryKey.columns)}`);
		for (const key of table.uniques)
			values.set(`unique ${id}.${key.name}`, words(list(key.columns), key.nullsNotDistinct && "nulls not distinct"));
		for (const key of table.excludes)
			values.set(`exclude ${id}.${key.name}`, `${list(key.columns)} with ${list(key.operators)}`);
		for (const check of table.checks) {
			values.set(`check ${id}.${check.name}`, check.validated ? "validated" : "not validated");
			expressions.set(`check expression ${id}.${check.name}`, {
				sql: check.expression,
				place: { kind: "check", ...place },
			});
		}
		for (const key of table.foreignKeys) {
			values.set(
				`foreign key ${id}.${key.name}`,
				words(
					`${list(key.columns)} references ${qualified(key.references)} ${list(model.tables.has(qualified(key.references)) ? key.to : [])}`,
					`on delete ${key.onDelete} on update ${key.onUpdate}`,
					!key.validated && "not validated",
					key.deferrable && "deferrable",
				),
			);
		}
		for (const index of table.indexes) addIndex(table.schema, table.name, index);
		for (const policy of table.policies) {
			const key = `${id}.${policy.name}`;
			values.set(
				`policy ${key}`,
				words(
					policy.permissive ? "permissive" : "restrictive",
					`for ${policy.command} to ${list(policy.roles.map(roleName).sort())}`,
					policy.using !== null && "using",
					policy.check !== null && "with check",
				),
			);
			if (policy.using !== null)
				expressions.set(`using ${key}`, { sql: policy.using, place: { kind: "using", ...place } });
			if (policy.check !== null)
				expressions.set(`with check ${key}`, { sql: policy.check, place: { kind: "with check", ...place } });
		}
		for (const trigger of table.triggers) {
			values.set(
				`trigger ${id}.${trigger.name}`,
				`${trigger.timing} ${list([...trigger.events].sort())} ${trigger.function}`,
			);
		}
	}

	for (const view of model.views.values()) {
		values.set(`view ${qualified(view)}`, words(view.kind, view.securityInvoker && "security invoker"));
		if (view.comment !== null) values.set(`comment ${qualified(view)}`, view.comment);
		for (const index of view.indexes) addIndex(view.schema, view.name, index);
	}
	for (const item of model.types.values()) {
		const value = {
			enum: () => `enum ${list(item.labels)}`,
			domain: () => words(`domain ${type(item.base ?? "")}`, item.notNull && "not null"),
			composite: () =>
				`composite ${list(item.attributes.map((attribute) => `${attribute.name} ${type(attribute.type)}`))}`,
			range: () => "range",
			base: () => "base",
		}[item.kind]();
		values.set(`type ${qualified(item)}`, value);
	}
	for (const item of model.functions.values())
		values.set(`function ${qualified(item)}(${inputTypes(item).map(type).join(", ")})`, describeFunction(item));
	for (const sequence of model.sequences.values()) {
		const owner = sequence.ownedBy;
		values.set(
			`sequence ${qualified(sequence)}`,
			owner === null ? "free" : `owned by ${qualified(owner.table)}.${owner.column}`,
		);
	}
	return facts;
}

/** Who CURRENT_USER is, reading can't tell; the tests connect as this role. */
function roleName(role: string): string {
	return role === "current_user" || role === "session_user" ? "postgres" : role;
}

function describeFunction(item: FunctionModel): string {
	if (item.kind === "aggregate") return "aggregate";
	return words(
		item.kind,
		item.language,
		item.kind === "function" && item.volatility,
		item.securityDefiner && "security definer",
		item.leakproof && "leakproof",
		!item.publicExecute && "closed to public",
	);
}

/** The arguments that tell overloads apart. */
function inputTypes(item: FunctionModel): string[] {
	return item.arguments.filter(({ mode }) => mode !== "out" && mode !== "table").map((argument) => argument.type);
}

/**
 * `status[]` as the catalog prints it with an empty search_path: `public.status[]`,
 * where the model knows a type, table or view of that name.
 */
function qualifyType(type: string, model: SchemaModel): string {
	const [, name, rest] = /^("(?:[^"]|"")+"|[^[(.]+)(.*)$/s.exec(type) ?? [];
	if (name === undefined || rest?.startsWith(".")) return type;
	const bare = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
	const holders = [model.types, model.tables, model.views]
		.flatMap((map) => [...map.values()])
		.filter((item) => item.name === bare);
	const holder = holders.find((item) => item.schema === "public") ?? holders[0];
	return holder === undefined ? type : `${holder.schema}.${type}`;
}
