import { quoteQualified } from "../sql/quote";
import { currentText } from "./current-text";
import type { ColumnDraft, IndexDraft } from "./drafts";
import type { CheckDraft, ExcludeDraft, ForeignKeyDraft, KeyDraft, PolicyDraft, TriggerDraft } from "./drafts-table";
import type { Expression } from "./expression";
import { readableKey } from "./finish";
import { areCalled, areSameNames, isSamePlace, kept } from "./kept";
import type { Check, Column, Exclude, ForeignKey, Index, Key, Policy, QName, Trigger } from "./model";
import { printType } from "./type-name";

/**
 * The parts of a finished table. Each gives the last one where that says the same, and compares before it makes a new
 * one: there are thousands, and an edit changes a few.
 */

export function qnameOf({ schema, name }: QName): QName {
	return { schema, name };
}

export function finishColumn(column: ColumnDraft, last: Column | undefined): Column {
	const { name, notNull, identity, location, nameLocation, comment, serial } = column;
	const type = printType(column.type);
	const value = serial
		? `nextval('${quoteQualified(serial.schema, serial.name).replaceAll("'", "''")}'::regclass)`
		: column.default && currentText(column.default);
	const generated = column.generated && currentText(column.generated);
	if (
		last !== undefined &&
		last.name === name &&
		last.type === type &&
		last.notNull === notNull &&
		last.default === value &&
		last.identity === identity &&
		last.generated === generated &&
		last.comment === comment &&
		isSamePlace(last.location, location) &&
		isSamePlace(last.nameLocation, nameLocation)
	)
		return last;
	return { name, type, notNull, default: value, identity, generated, location, nameLocation, comment };
}

export function finishKey(key: KeyDraft, last: Key | undefined): Key {
	const { name, columns: drafts, location, nullsNotDistinct, deferrable, index } = key;
	const include = index.include.length === 0 ? NONE : includedBy(index);
	if (
		last !== undefined &&
		last.name === name &&
		(last.nullsNotDistinct === true) === nullsNotDistinct &&
		(last.deferrable ?? null) === deferrable &&
		areSameNames(last.include ?? NONE, include) &&
		areCalled(last.columns, drafts) &&
		isSamePlace(last.location, location)
	)
		return last;
	const columns = drafts.map(calledSo);
	return {
		name,
		columns,
		location,
		...(nullsNotDistinct ? { nullsNotDistinct } : {}),
		...(include.length > 0 ? { include } : {}),
		...(deferrable ? { deferrable } : {}),
	};
}

const NONE: readonly string[] = [];

function includedBy(index: IndexDraft): string[] {
	return index.include.map(({ column, label }) => (typeof column === "object" ? (column?.name ?? label) : label));
}

export function finishExclude(
	{ name, columns, operators, deferrable, index, location }: ExcludeDraft,
	last: Exclude | undefined,
): Exclude {
	const { expressions, include, method, where, options } = finishIndex(index, undefined);
	return kept(last, {
		name,
		columns: columns.map((column) => column?.name ?? null),
		operators,
		index: { expressions, include, method, where, ...(options ? { options } : {}) },
		...(deferrable ? { deferrable } : {}),
		location,
	});
}

export function finishCheck(check: CheckDraft, last: Check | undefined): Check {
	const { name, expression, validated, noInherit, location } = check;
	return kept(last, {
		name,
		expression: currentText(expression),
		validated,
		...(noInherit ? { noInherit } : {}),
		location,
	});
}

export function finishForeignKey(key: ForeignKeyDraft, last: ForeignKey | undefined): ForeignKey {
	const { name, references, onDelete, onUpdate, validated, deferrable, location } = key;
	if (
		last !== undefined &&
		last.name === name &&
		last.references.schema === references.schema &&
		last.references.name === references.name &&
		last.onDelete === onDelete &&
		last.onUpdate === onUpdate &&
		last.validated === validated &&
		last.deferrable === deferrable &&
		(last.initiallyDeferred === true) === key.initiallyDeferred &&
		(last.matchFull === true) === key.matchFull &&
		(last.inherited === true) === (key.parent !== null) &&
		areCalled(last.onDeleteColumns ?? NONE, key.onDeleteColumns) &&
		areCalled(last.columns, key.columns) &&
		areCalled(last.to, key.to) &&
		isSamePlace(last.location, location)
	)
		return last;
	const columns = key.columns.map(calledSo);
	const to = key.to.map(calledSo);
	return {
		name,
		columns,
		references: qnameOf(references),
		to,
		onDelete,
		onUpdate,
		validated,
		deferrable,
		...(key.initiallyDeferred ? { initiallyDeferred: true } : {}),
		...(key.matchFull ? { matchFull: true } : {}),
		...(key.onDeleteColumns.length > 0 ? { onDeleteColumns: key.onDeleteColumns.map(calledSo) } : {}),
		...(key.parent === null ? {} : { inherited: true }),
		location,
	};
}

export function finishIndex(index: IndexDraft, last: Index | undefined): Index {
	const { name, unique, method, location } = index;
	const columns = index.elements.map(({ column }) => (typeof column === "object" ? (column?.name ?? null) : column));
	const expressions = index.elements.map(({ expression }) => expression && currentText(expression));
	const include = includedBy(index);
	const options = index.elements.some(({ suffix }) => suffix !== "")
		? index.elements.map(({ suffix }) => suffix)
		: NONE;
	const where = index.where && currentText(index.where);
	if (
		last !== undefined &&
		last.name === name &&
		last.unique === unique &&
		last.method === method &&
		last.where === where &&
		areSameNames(last.columns, columns) &&
		areSameNames(last.expressions, expressions) &&
		areSameNames(last.include, include) &&
		(last.nullsNotDistinct === true) === index.nullsNotDistinct &&
		areSameNames(last.options ?? NONE, options) &&
		isSamePlace(last.location, location)
	)
		return last;
	return {
		name,
		columns,
		expressions,
		include,
		unique,
		method,
		where,
		...(index.nullsNotDistinct ? { nullsNotDistinct: true } : {}),
		...(options.length > 0 ? { options } : {}),
		location,
	};
}

export function finishPolicy(policy: PolicyDraft, last: Policy | undefined): Policy {
	const { name, command, permissive, roles, location } = policy;
	const parts = [policy.using, policy.check].filter((part): part is Expression => part !== null);
	const using = policy.using && currentText(policy.using);
	const check = policy.check && currentText(policy.check);
	const usesColumns = distinct(parts, (part) => part.columns, calledSo);
	const usesFunctions = distinct(parts, (part) => part.calls, readableKey);
	const usesSettings = distinct(
		parts,
		(part) => part.uses.settings,
		(setting) => setting,
	);
	const usesTables = distinct(parts, (part) => part.reads, readableKey);
	if (
		last !== undefined &&
		last.name === name &&
		last.command === command &&
		last.permissive === permissive &&
		last.using === using &&
		last.check === check &&
		areSameNames(last.roles, roles) &&
		areSameNames(last.usesColumns, usesColumns) &&
		areSameNames(last.usesFunctions, usesFunctions) &&
		areSameNames(last.usesSettings, usesSettings) &&
		areSameNames(last.usesTables, usesTables) &&
		isSamePlace(last.location, location)
	)
		return last;
	return {
		name,
		command,
		permissive,
		roles,
		using,
		check,
		usesColumns,
		usesFunctions,
		usesSettings,
		usesTables,
		location,
	};
}

export function finishTrigger(trigger: TriggerDraft, last: Trigger | undefined): Trigger {
	const { name, timing, events, function: run, row, when, referencing, constraint, parent, location } = trigger;
	const updateOf = trigger.columns.slice(0, trigger.updateOf).map(calledSo);
	return kept(last, {
		name,
		timing,
		events,
		function: typeof run === "string" ? run : `${run.schema}.${run.name}`,
		...(trigger.arguments.length > 0 ? { arguments: trigger.arguments } : {}),
		...(row ? { row } : {}),
		...(updateOf.length > 0 ? { updateOf } : {}),
		...(when === null ? {} : { when }),
		...(referencing === null ? {} : { referencing }),
		...(constraint === null ? {} : { constraint }),
		...(parent === null ? {} : { inherited: true }),
		location,
	});
}

/** What the parts have of something, each name once. Nearly always it is one part or none, with one name or none. */
function distinct<T>(
	parts: readonly Expression[],
	of: (part: Expression) => readonly T[],
	nameOf: (each: T) => string,
): string[] {
	const names: string[] = [];
	for (const part of parts) {
		for (const each of of(part)) {
			const name = nameOf(each);
			if (!names.includes(name)) names.push(name);
		}
	}
	return names;
}

function calledSo(each: { readonly name: string } | string): string {
	return typeof each === "string" ? each : each.name;
}
