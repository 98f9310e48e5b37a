import type * as vscode from "vscode";
import { isPositions } from "../../protocol/guards";
import type { Arrangement, Positions } from "../../protocol/messages";

const KEY = "tenancy.diagram.arranged";
/** Of so many databases, those laid out last: 1,000 tables take 60 KB. */
const MOST = 20;

/** By database. Another version may have written it. */
type Kept = Readonly<Record<string, { readonly detail?: unknown; readonly positions?: unknown } | null>>;

/**
 * Where the panel's layout put the tables of each database the last time, in the workspace's own storage: the next time the
 * picture is there at once, and things are where a person remembers them, though tables have come since.
 */
export class Arrangements {
	constructor(private readonly storage: vscode.Memento) {}

	of(database: string): Arrangement | null {
		const { detail, positions } = this.#all()[database] ?? {};
		return typeof detail === "string" && isPositions(positions) ? { detail, positions } : null;
	}

	keep(database: string, { detail, positions }: Arrangement): Thenable<void> {
		const { [database]: _, ...others } = this.#all();
		const latest = Object.entries(others).slice(1 - MOST);
		const own = { detail, positions: inWholePixels(positions) };
		return this.storage.update(KEY, { ...Object.fromEntries(latest), [database]: own });
	}

	#all(): Kept {
		const kept = this.storage.get<unknown>(KEY);
		return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
	}
}

function inWholePixels(positions: Positions): Positions {
	return Object.fromEntries(
		Object.entries(positions).map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
	);
}
