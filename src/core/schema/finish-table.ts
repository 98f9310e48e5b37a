import { currentText } from "./current-text";
import type { ColumnDraft, IndexDraft, TableDraft } from "./drafts";
import type { ForeignKeyDraft, PolicyDraft } from "./drafts-table";
import type { Expression } from "./expression";
import { readableKey } from "./finish";
import type { Check, Column, Exclude, ForeignKey, Index, Key, Policy, Table } from "./model";
import { quoteQualified } from "./quote";
import { printType } from "./type-name";

export function finishTable(table: TableDraft): Table {
	let primaryKey: Key | null = null;
	const uniques: Key[] = [];
	const excludes: Exclude[] = [];
	const checks: Check[] = [];
	const foreignKeys: ForeignKey[] = [];
	for (const constraint of table.constraints) {
		const { name, location } = constraint;
		switch (constraint.tag) {
			case "key": {
				const columns = constraint.columns.map((column) => column.name);
				const key: Key = constraint.nullsNotDistinct
					? { name, columns, location, nullsNotDistinct: true }
					: { name, columns, location };
				if (constraint.primary) primaryKey = key;
				else uniques.push(key);
				break;
			}
			case "exclude":
				excludes.push({
					name,
					columns: constraint.columns.map((column) => column?.name ?? null),
					operators: constraint.operators,
					location,
				});
				break;
			case "check":
				checks.push({
					name,
					expression: currentText(constraint.expression),
					validated: constraint.validated,
					location,
				});
				break;
			case "foreign":
				foreignKeys.push(finishForeignKey(constraint));
		}
	}
	const { schema, name, location, nameLocation, alterations, rls, persistence, kind, owner, comment, commentLocation } =
		table;
	return {
		schema,
		name,
		location,
		nameLocation,
		alterations,
		columns: table.columns.map(finishColumn),
		primaryKey,
		uniques,
		excludes,
		checks,
		foreignKeys,
		indexes: table.indexes.filter((index) => index.constraint === null).map(finishIndex),
		policies: table.policies.map(finishPolicy),
		triggers: table.triggers.map(({ name: trigger, timing, events, function: run, location: place }) => ({
			name: trigger,
			timing,
			events,
			function: typeof run === "string" ? run : `${run.schema}.${run.name}`,
			location: place,
		})),
		rls,
		persistence,
		kind,
		partitionKey: table.partitionKey && {
			strategy: table.partitionKey.strategy,
			columns: table.partitionKey.columns.map((column) => column?.name ?? null),
		},
		partitionOf: table.partitionOf && { schema: table.partitionOf.schema, name: table.partitionOf.name },
		inherits: table.inherits.map((parent) => ({ schema: parent.schema, name: parent.name })),
		owner,
		comment,
		commentLocation,
	};
}

function finishColumn(column: ColumnDraft): Column {
	const { name, notNull, identity, location, nameLocation, comment, serial } = column;
	return {
		name,
		type: printType(column.type),
		notNull,
		default: serial
			? `nextval('${quoteQualified(serial.schema, serial.name).replaceAll("'", "''")}'::regclass)`
			: column.default && currentText(column.default),
		identity,
		generated: column.generated && currentText(column.generated),
		location,
		nameLocation,
		comment,
	};
}

function finishForeignKey(key: ForeignKeyDraft): ForeignKey {
	return {
		name: key.name,
		columns: key.columns.map((column) => column.name),
		references: { schema: key.references.schema, name: key.references.name },
		to: key.to.map((column) => (typeof column === "string" ? column : column.name)),
		onDelete: key.onDelete,
		onUpdate: key.onUpdate,
		validated: key.validated,
		deferrable: key.deferrable,
		location: key.location,
	};
}

export function finishIndex(index: IndexDraft): Index {
	return {
		name: index.name,
		columns: index.elements.map((element) =>
			element.column === null || typeof element.column === "string" ? element.column : element.column.name,
		),
		expressions: index.elements.map((element) => element.expression && currentText(element.expression)),
		include: index.include.map(({ column, label }) =>
			column === null || typeof column === "string" ? label : column.name,
		),
		unique: index.unique,
		method: index.method,
		where: index.where && currentText(index.where),
		location: index.location,
	};
}

function finishPolicy(policy: PolicyDraft): Policy {
	const parts = [policy.using, policy.check].filter((part): part is Expression => part !== null);
	const { name, command, permissive, roles, location } = policy;
	return {
		name,
		command,
		permissive,
		roles,
		using: policy.using && currentText(policy.using),
		check: policy.check && currentText(policy.check),
		usesColumns: distinct(parts.flatMap((part) => part.columns.map((column) => column.name))),
		usesFunctions: distinct(
			parts.flatMap((part) =>
				part.calls.map((called) => (typeof called === "string" ? called : `${called.schema}.${called.name}`)),
			),
		),
		usesSettings: distinct(parts.flatMap((part) => part.uses.settings)),
		usesTables: distinct(parts.flatMap((part) => part.reads.map(readableKey))),
		location,
	};
}

function distinct(values: readonly string[]): string[] {
	return [...new Set(values)];
}
