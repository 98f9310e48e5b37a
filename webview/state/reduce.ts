import type { Diagram } from "../../src/core/diagram/diagram";
import { neighbourhood } from "../../src/core/diagram/select";
import type { Scope } from "../../src/core/tenancy/scope";
import { haveOverlap } from "../../src/layout/boxes";
import { placeNew } from "../../src/layout/free-place";
import { layoutRequest } from "../../src/layout/layout";
import type { Detail } from "../../src/layout/size";
import type { Arrangement, DiagramMessage, HostMessage, Positions, ShownProof } from "../../src/protocol/messages";
import { shownTables } from "../flow/shown";
import { keepSame, keepSamePlaces } from "./keep-same";
import { type Distance, INITIAL_VIEW, type Saved, type View } from "./view";

type Point = Positions[string];
export type Screen = Exclude<HostMessage, { type: "reveal" | "proof" | "showProof" }>;

export interface PanelState {
	readonly screen: Screen;
	readonly view: View;
	/** What attacks on the database that is shown came to; null where there were none yet. */
	readonly proof: ShownProof | null;
	/** Where each table stands; null until it is laid out. */
	readonly positions: Positions | null;
	/** What the last layout gave, for the host to keep; the version is that of the diagram. */
	readonly laidOut: (Arrangement & { readonly version: number }) | null;
	/** The tables around the focus have places of their own, close together; `key` says for what they were made. */
	readonly focused: Focused | null;
	/** Counts up when something must come into view: `table` null for all. */
	readonly look: { readonly table: string | null; readonly count: number };
	/** Tables that were moved by hand, as far as the panel knows. */
	readonly moved: Positions;
	/** Where tables stood before a reload, until the first diagram comes. */
	readonly restored: Saved | null;
}

export interface Focused {
	readonly key: string;
	readonly focus: NonNullable<View["focus"]>;
	readonly positions: Positions;
}

export type Action =
	| { readonly type: "message"; readonly message: HostMessage }
	| { readonly type: "laidOut"; readonly detail: Detail; readonly positions: Positions }
	| { readonly type: "focusLaidOut"; readonly focused: Focused }
	| { readonly type: "move"; readonly positions: Positions }
	| { readonly type: "relayout" }
	| { readonly type: "select"; readonly table: string | null }
	/** Selects a table and brings it into view, whatever hid it. */
	| { readonly type: "goTo"; readonly table: string }
	| { readonly type: "focus"; readonly table: string | null; readonly distance?: Distance }
	| { readonly type: "toggleScope"; readonly scope: Scope }
	| { readonly type: "onlyScope"; readonly scope: Scope }
	| { readonly type: "clearFilters" }
	| { readonly type: "openGroup"; readonly group: string; readonly open: boolean }
	| { readonly type: "openAllGroups"; readonly open: boolean }
	| {
			readonly type: "set";
			readonly view: Partial<Pick<View, "show" | "detail" | "schema" | "findingsOnly" | "tenantEdges" | "details">>;
	  };

/** Where more than one in so many tables is new, the picture of the last time is no longer the best one. */
const MOST_NEW = 10;

/** Up to so many tables all columns are shown at first. */
const ALL_COLUMNS = 40;

export function initialState(saved: Saved | null): PanelState {
	return {
		screen: { type: "loading", label: "Starting", done: 0, total: 0 },
		view: saved?.view ?? INITIAL_VIEW,
		proof: null,
		positions: null,
		laidOut: null,
		focused: null,
		look: { table: null, count: 0 },
		moved: {},
		restored: saved,
	};
}

/** The detail that is meant by `auto`. */
export function detailOf(view: View, diagram: Diagram): Detail {
	if (view.detail !== "auto") return view.detail;
	return diagram.tables.length <= ALL_COLUMNS ? "full" : "keys";
}

/** For what the focus' positions must have been made. */
export function focusKey(view: View, diagram: Diagram): string | null {
	return (
		view.focus && JSON.stringify([diagram.database, view.focus.table, view.focus.distance, detailOf(view, diagram)])
	);
}

export function reduce(state: PanelState, action: Action): PanelState {
	const { view } = state;
	switch (action.type) {
		case "message":
			return receive(state, action.message);
		case "laidOut": {
			const { detail, positions } = action;
			const version = state.screen.type === "diagram" ? state.screen.version : 0;
			return { ...state, positions, laidOut: { version, detail, positions } };
		}
		case "focusLaidOut":
			return { ...state, focused: action.focused, look: { table: null, count: state.look.count + 1 } };
		case "move":
			if (view.focus && state.focused) {
				return {
					...state,
					focused: { ...state.focused, positions: { ...state.focused.positions, ...action.positions } },
				};
			}
			return {
				...state,
				positions: { ...state.positions, ...action.positions },
				moved: { ...state.moved, ...action.positions },
			};
		case "relayout":
			return {
				...state,
				positions: null,
				moved: {},
				focused: null,
				look: { table: null, count: state.look.count + 1 },
			};
		case "select":
			return view.selected === action.table ? state : { ...state, view: { ...view, selected: action.table } };
		case "goTo":
			return goTo(state, action.table);
		case "focus": {
			const focus =
				action.table === null ? null : { table: action.table, distance: action.distance ?? view.focus?.distance ?? 1 };
			return {
				...state,
				focused: focus ? state.focused : null,
				view: { ...view, focus, show: "diagram", selected: focus?.table ?? view.selected },
			};
		}
		case "toggleScope": {
			const hidden = view.hiddenScopes.includes(action.scope);
			return {
				...state,
				view: {
					...view,
					hiddenScopes: hidden
						? view.hiddenScopes.filter((scope) => scope !== action.scope)
						: [...view.hiddenScopes, action.scope],
				},
			};
		}
		case "onlyScope": {
			const diagram = diagramOf(state);
			const others = (Object.keys(diagram?.counts ?? {}) as Scope[]).filter((scope) => scope !== action.scope);
			return { ...state, view: { ...view, hiddenScopes: others } };
		}
		case "clearFilters":
			return { ...state, view: { ...view, hiddenScopes: [], schema: null, findingsOnly: false } };
		case "openGroup": {
			const others = view.openGroups.filter((group) => group !== action.group);
			return { ...state, view: { ...view, openGroups: action.open ? [...others, action.group] : others } };
		}
		case "openAllGroups":
			return {
				...state,
				view: { ...view, openGroups: action.open ? (diagramOf(state)?.groups.map((group) => group.id) ?? []) : [] },
			};
		case "set": {
			const detailChanged = action.view.detail !== undefined && action.view.detail !== view.detail;
			// Sizes change with the detail, so places are found anew, around what was moved by hand.
			const look = detailChanged ? { table: null, count: state.look.count + 1 } : state.look;
			return { ...state, view: { ...view, ...action.view }, positions: detailChanged ? null : state.positions, look };
		}
		default:
			return action satisfies never;
	}
}

export function diagramOf(state: PanelState): Diagram | null {
	return state.screen.type === "diagram" ? state.screen.diagram : null;
}

function receive(state: PanelState, message: HostMessage): PanelState {
	if (message.type === "reveal") return goTo(state, message.table);
	if (message.type === "showProof") return { ...state, view: { ...state.view, show: "proof" } };
	if (message.type === "proof") return { ...state, proof: message.proof };
	if (message.type !== "diagram") {
		// While a diagram is shown, reading again is not news.
		if (message.type === "loading" && state.screen.type === "diagram") return state;
		return { ...state, screen: message };
	}
	const before =
		state.screen.type === "diagram" && state.screen.diagram.database === message.diagram.database ? state.screen : null;
	const diagram = keepSame(before?.diagram ?? null, message.diagram);
	const screen: DiagramMessage = { ...message, diagram };
	const next: PanelState = {
		...state,
		screen,
		moved: keepSamePlaces(state.moved, message.positions),
		restored: null,
		// What is known of another database's leaks says nothing of this one.
		proof: before ? state.proof : null,
		view: stillThere(state.view, diagram),
	};
	if (before) return { ...next, positions: updatePositions(state, before, screen), focused: updateFocused(next) };
	const detail = detailOf(next.view, diagram);
	const restored = state.restored?.database === diagram.database ? state.restored.positions : null;
	const known = restored && { ...restored, ...message.positions };
	if (known && hasMost(diagram, known)) return { ...next, positions: withNew(diagram, detail, known) };
	const isOther = state.positions !== null;
	return {
		...next,
		positions: asArranged(diagram, detail, message),
		focused: null,
		view: isOther ? { ...next.view, focus: null, selected: null, openGroups: [], schema: null } : next.view,
		look: { table: null, count: state.look.count + 1 },
	};
}

/** As it stood the last time, as long as that is still a good picture; null where it has to be laid out. */
function asArranged(diagram: Diagram, detail: Detail, { arranged, positions }: DiagramMessage): Positions | null {
	if (arranged?.detail !== detail) return null;
	const known = { ...arranged.positions, ...positions };
	if (countNew(diagram, known) * MOST_NEW > diagram.tables.length) return null;
	const placed = withNew(diagram, detail, known);
	// Tables may have grown since; one over another that a person moved is meant so.
	const boxes = layoutRequest(diagram, detail).tables.flatMap((table) =>
		Object.hasOwn(positions, table.id) ? [] : [{ ...table, ...(placed[table.id] as Point) }],
	);
	return haveOverlap(boxes) ? null : placed;
}

/** On an edit nothing jumps: tables keep their places, new ones find room, and what the host's file changed follows it. */
function updatePositions(state: PanelState, before: DiagramMessage, now: DiagramMessage): Positions | null {
	if (state.positions === null) return null;
	const changed = Object.entries(now.positions).filter(([id, place]) => {
		const last = before.positions[id];
		return last?.x !== place.x || last.y !== place.y;
	});
	const known = changed.length === 0 ? state.positions : { ...state.positions, ...Object.fromEntries(changed) };
	return hasMost(now.diagram, known) ? withNew(now.diagram, detailOf(state.view, now.diagram), known) : null;
}

/** A new neighbour finds room beside those that are drawn. */
function updateFocused({ focused, screen, view }: PanelState): Focused | null {
	if (!focused || !view.focus || screen.type !== "diagram") return null;
	const tables = shownTables(screen.diagram, {
		focus: focused.focus,
		hiddenScopes: [],
		schema: null,
		findingsOnly: false,
	});
	return {
		...focused,
		positions: withNew({ ...screen.diagram, tables }, detailOf(view, screen.diagram), focused.positions),
	};
}

function withNew(diagram: Diagram, detail: Detail, known: Positions): Positions {
	if (diagram.tables.every((table) => Object.hasOwn(known, table.id))) return known;
	const request = layoutRequest(diagram, detail);
	return placeNew(request.tables, request.edges, known);
}

/** Whether so few tables are new that finding room for them beats a new layout. */
function hasMost(diagram: Diagram, known: Positions): boolean {
	return countNew(diagram, known) * 2 < diagram.tables.length;
}

function countNew(diagram: Diagram, known: Positions): number {
	return diagram.tables.filter((table) => !Object.hasOwn(known, table.id)).length;
}

function goTo(state: PanelState, id: string): PanelState {
	const diagram = diagramOf(state);
	const table = diagram?.tables.find((candidate) => candidate.id === id);
	if (!diagram || !table) return state;
	const { view } = state;
	const inFocus = view.focus === null || neighbourhood(diagram, view.focus.table, view.focus.distance).has(id);
	const hiding =
		view.hiddenScopes.includes(table.scope) ||
		(view.schema !== null && view.schema !== table.schema) ||
		(view.findingsOnly && table.findings.error + table.findings.warning === 0);
	return {
		...state,
		look: { table: id, count: state.look.count + 1 },
		focused: inFocus ? state.focused : null,
		view: {
			...view,
			show: "diagram",
			selected: id,
			focus: inFocus ? view.focus : null,
			openGroups: view.openGroups.includes(table.group) ? view.openGroups : [...view.openGroups, table.group],
			...(hiding ? { hiddenScopes: [], schema: null, findingsOnly: false } : {}),
		},
	};
}

/** Without what names tables or schemas that are gone. */
function stillThere(view: View, diagram: Diagram): View {
	const has = (id: string) => diagram.tables.some((table) => table.id === id);
	const selected = view.selected !== null && has(view.selected) ? view.selected : null;
	const focus = view.focus && has(view.focus.table) ? view.focus : null;
	const schema = diagram.tables.some((table) => table.schema === view.schema) ? view.schema : null;
	return selected === view.selected && focus === view.focus && schema === view.schema
		? view
		: { ...view, selected, focus, schema };
}
