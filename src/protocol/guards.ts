import type { Diagram } from "../core/diagram/diagram";
import { ATTACKS } from "../core/prove/proof";
import { SCOPES } from "../core/tenancy/scope";
import { EXPORT_FORMATS, type HostMessage, type Positions, type WebviewMessage } from "./messages";

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === "string";
const isBoolean: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => typeof value === "number" && Number.isInteger(value) && value >= 0;
const oneOf =
	(values: readonly unknown[]): Check =>
	(value) =>
		values.includes(value);
const orNull =
	(check: Check): Check =>
	(value) =>
		value === null || check(value);
const listOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);
const shape = (checks: Readonly<Record<string, Check>>): Check => {
	const entries = Object.entries(checks);
	return (value) => isRecord(value) && entries.every(([key, check]) => check(value[key]));
};

/** What was checked once is not checked again: of a diagram with changes, most objects are those of the one before. */
const once = (check: Check): Check => {
	const known = new WeakSet<object>();
	return (value) => {
		if (!isRecord(value)) return check(value);
		if (known.has(value)) return true;
		if (!check(value)) return false;
		known.add(value);
		return true;
	};
};

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isScope = oneOf(SCOPES);
const isPlace = shape({ file: isString, line: isCount, column: isCount, endLine: isCount, endColumn: isCount });
const isPoint = shape({ x: Number.isFinite, y: Number.isFinite });

/** Places of tables, finite numbers only: what a file or another process says may be anything. */
export function isPositions(value: unknown): value is Positions {
	return isRecord(value) && Object.values(value).every(isPoint);
}

const ARRANGEMENT = { detail: isString, positions: isPositions };

const isColumn = shape({
	name: isString,
	type: isString,
	notNull: isBoolean,
	primaryKey: isBoolean,
	references: orNull(isString),
	unique: isBoolean,
	tenant: isBoolean,
});

const isTable = once(
	shape({
		id: isString,
		schema: isString,
		name: isString,
		scope: isScope,
		reason: isString,
		tenantColumn: orNull(isString),
		tenantPath: listOf(isString),
		rls: shape({ enabled: isBoolean, forced: isBoolean, policies: listOf(isString) }),
		unprotected: isBoolean,
		columns: listOf(isColumn),
		partitions: listOf(isString),
		group: isString,
		findings: shape({ error: isCount, warning: isCount }),
		place: isPlace,
		comment: orNull(isString),
	}),
);

const isEdge = once(
	shape({
		id: isString,
		from: isString,
		to: isString,
		columns: listOf(isString),
		toColumns: listOf(isString),
		nullable: isBoolean,
		tenant: isBoolean,
		onDelete: isString,
	}),
);

const isDiagramShape = shape({
	database: isString,
	kind: isString,
	mode: oneOf(["single-tenant", "row", "schema", "hybrid"]),
	enforcement: oneOf(["rls", "application", "placement", "none"]),
	reason: isString,
	roots: listOf(isString),
	tenantColumns: listOf(isString),
	tables: listOf(isTable),
	edges: listOf(isEdge),
	groups: listOf(shape({ id: isString, label: isString, tables: listOf(isString) })),
	counts: shape(Object.fromEntries(SCOPES.map((scope) => [scope, isCount]))),
	problems: listOf(
		shape({
			place: isPlace,
			kind: oneOf(["syntax", "dynamic", "unresolved", "unsupported", "config"]),
			severity: oneOf(["error", "warning", "info"]),
			message: isString,
		}),
	),
	findings: listOf(
		once(
			shape({
				rule: isString,
				severity: oneOf(["error", "warning", "info", "hint"]),
				table: orNull(isString),
				message: isString,
				help: isString,
				fixable: isBoolean,
				place: isPlace,
			}),
		),
	),
	statements: shape({ total: isCount, understood: isCount, failed: isCount }),
});

export function isDiagram(value: unknown): value is Diagram {
	return isDiagramShape(value);
}

const isProof = shape({
	engine: isString,
	verdict: oneOf(["held", "leaked", "inconclusive"]),
	undecided: listOf(isString),
	tables: isCount,
	filled: isCount,
	assumptions: listOf(isString),
	limits: listOf(isString),
	stale: isBoolean,
	hasTests: isBoolean,
	attacks: listOf(
		shape({
			table: isString,
			attack: oneOf(ATTACKS),
			result: oneOf(["held", "leaked", "untested"]),
			why: isString,
			evidence: isString,
			rule: orNull(isString),
			finding: orNull(isCount),
		}),
	),
	notApplied: listOf(shape({ place: isPlace, message: isString })),
});

const HOST_MESSAGES: Readonly<Record<HostMessage["type"], Check>> = {
	diagram: shape({
		version: isCount,
		diagram: isDiagram,
		databases: listOf(shape({ id: isString, label: isString })),
		positions: isPositions,
		arranged: orNull(shape(ARRANGEMENT)),
		canEdit: isBoolean,
	}),
	proof: shape({ version: isCount, proof: orNull(isProof) }),
	loading: shape({ label: isString, done: isCount, total: isCount }),
	empty: shape({ reason: oneOf(["no-folder", "no-sql", "no-tables"]) }),
	failed: shape({ message: isString }),
	reveal: shape({ table: isString }),
	showProof: shape({}),
};

const WEBVIEW_MESSAGES: Readonly<Record<WebviewMessage["type"], Check>> = {
	ready: shape({ version: isCount }),
	revealTable: shape({ version: isCount, table: isString }),
	revealProblem: shape({ version: isCount, problem: isCount }),
	revealFinding: shape({ version: isCount, finding: isCount }),
	markTable: shape({ version: isCount, table: isString, scope: orNull(isScope) }),
	applyFix: shape({ version: isCount, finding: isCount }),
	protectTable: shape({ version: isCount, table: isString }),
	scopeTable: shape({ version: isCount, table: isString }),
	prove: shape({ version: isCount }),
	saveTests: shape({ version: isCount }),
	openEvidence: shape({ version: isCount, attack: isCount }),
	openRule: shape({ version: isCount, rule: isString }),
	revealRefusal: shape({ version: isCount, refusal: isCount }),
	selectDatabase: shape({ version: isCount, database: isString }),
	movePositions: shape({ version: isCount, positions: isPositions }),
	resetPositions: shape({ version: isCount }),
	arranged: shape({ version: isCount, ...ARRANGEMENT }),
	export: shape({ version: isCount, format: oneOf(EXPORT_FORMATS), positions: isPositions, tables: listOf(isString) }),
	runCommand: shape({
		version: isCount,
		command: oneOf(["openExample", "openWalkthrough", "openSettings", "refresh"]),
	}),
};

/** Whether a webview may take this for a message of its host. Fields that it doesn't know are let through. */
export function isHostMessage(value: unknown): value is HostMessage {
	return isMessage(value, HOST_MESSAGES);
}

/** Whether the host may take this for a message of its webview: a webview is a page, and can send anything. */
export function isWebviewMessage(value: unknown): value is WebviewMessage {
	return isMessage(value, WEBVIEW_MESSAGES);
}

function isMessage(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
	if (!isRecord(value) || typeof value.type !== "string" || !Object.hasOwn(checks, value.type)) return false;
	return checks[value.type]?.(value) ?? false;
}
