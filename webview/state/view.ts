import { SCOPES, type Scope } from "../../src/core/tenancy/scope";
import { DETAILS, type Detail } from "../../src/layout/size";
import { isPositions } from "../../src/protocol/guards";
import type { Positions } from "../../src/protocol/messages";

/** Distances at which neighbours can be shown around a table. */
export const DISTANCES = [1, 2, 3] as const;
export type Distance = (typeof DISTANCES)[number];

/** The picture, the same as a list, or what attacks came to. */
export const SHOWS = ["diagram", "list", "proof"] as const;
export type Show = (typeof SHOWS)[number];

/** What a person chose to see. Kept over a reload. */
export interface View {
	readonly show: Show;
	/** `auto`: all columns in small diagrams, keys in larger ones. */
	readonly detail: Detail | "auto";
	/** Scopes that are filtered out. */
	readonly hiddenScopes: readonly Scope[];
	readonly schema: string | null;
	/** Only tables with findings. */
	readonly findingsOnly: boolean;
	readonly tenantEdges: boolean;
	readonly selected: string | null;
	readonly focus: { readonly table: string; readonly distance: Distance } | null;
	/** Groups that were opened, by id. */
	readonly openGroups: readonly string[];
	readonly details: boolean;
}

export interface Viewport {
	readonly x: number;
	readonly y: number;
	readonly zoom: number;
}

/** What is saved over a reload: the view, where it looked, and where the tables stood, so that nothing has moved. */
export interface Saved {
	readonly view: View;
	readonly viewport: Viewport | null;
	readonly database: string | null;
	readonly positions: Positions | null;
}

export const INITIAL_VIEW: View = {
	show: "diagram",
	detail: "auto",
	hiddenScopes: [],
	schema: null,
	findingsOnly: false,
	tenantEdges: false,
	selected: null,
	focus: null,
	openGroups: [],
	details: true,
};

/** What of a saved state can be used; an older version of the panel may have saved it. */
export function readSaved(value: unknown): Saved {
	const saved = record(value);
	const view = record(saved.view);
	const focus = record(view.focus);
	const distance = DISTANCES.find((candidate) => candidate === focus.distance);
	const viewport = record(saved.viewport);
	const { x, y, zoom } = viewport;
	return {
		view: {
			show: SHOWS.find((show) => show === view.show) ?? "diagram",
			detail: DETAILS.find((detail) => detail === view.detail) ?? "auto",
			hiddenScopes: SCOPES.filter((scope) => Array.isArray(view.hiddenScopes) && view.hiddenScopes.includes(scope)),
			schema: stringOrNull(view.schema),
			findingsOnly: view.findingsOnly === true,
			tenantEdges: view.tenantEdges === true,
			selected: stringOrNull(view.selected),
			focus: typeof focus.table === "string" && distance !== undefined ? { table: focus.table, distance } : null,
			openGroups: Array.isArray(view.openGroups)
				? view.openGroups.filter((id): id is string => typeof id === "string")
				: [],
			details: view.details !== false,
		},
		viewport: isFiniteNumber(x) && isFiniteNumber(y) && isFiniteNumber(zoom) && zoom > 0 ? { x, y, zoom } : null,
		database: stringOrNull(saved.database),
		positions: isPositions(saved.positions) ? saved.positions : null,
	};
}

function record(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function stringOrNull(value: unknown): string | null {
	return typeof value === "string" ? value : null;
}

function isFiniteNumber(value: unknown): value is number {
	return Number.isFinite(value);
}
