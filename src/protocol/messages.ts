import type { Diagram } from "../core/diagram/diagram";
import type { AttackResult, Proof } from "../core/prove/proof";
import type { Scope } from "../core/tenancy/scope";
import type { Place } from "../core/text/span";

/** Positions that a person changed, by table id; kept by the host in a file that can be committed. Pixels at zoom 1. */
export type Positions = Readonly<Record<string, { readonly x: number; readonly y: number }>>;

/** Where the panel's layout put the tables of a database, and with how much of each table drawn. */
export interface Arrangement {
	readonly detail: string;
	readonly positions: Positions;
}

export const EXPORT_FORMATS = ["html", "svg", "png", "mmd", "dbml", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What an attack on a table, a view or a function came to, as the panel shows it. */
export interface ShownAttack extends Pick<AttackResult, "table" | "attack" | "result" | "why" | "evidence" | "rule"> {
	/** The finding that explains the leak, by its number in the diagram; null where no rule found a cause. */
	readonly finding: number | null;
}

/** The last proof of the database that is shown. */
export interface ShownProof
	extends Pick<Proof, "engine" | "verdict" | "undecided" | "tables" | "filled" | "assumptions" | "limits"> {
	/** The SQL changed since. */
	readonly stale: boolean;
	/** There are tests to keep. */
	readonly hasTests: boolean;
	readonly attacks: readonly ShownAttack[];
	/** Statements that the database refused. */
	readonly notApplied: readonly { readonly place: Place; readonly message: string }[];
}

/** Host -> webview. Always the whole state; the last one wins. How it travels is told in changes.ts. */
export type HostMessage =
	| {
			readonly type: "diagram";
			/** Counts up with every analysis; intents carry it back. */
			readonly version: number;
			readonly diagram: Diagram;
			readonly databases: readonly { readonly id: string; readonly label: string }[];
			readonly positions: Positions;
			/** Where the tables stood the last time; null where they were never laid out. */
			readonly arranged: Arrangement | null;
			/** False where the workspace can't be written (HTML export, untrusted or read-only): marking is not offered. */
			readonly canEdit: boolean;
	  }
	/** Follows the diagram whose version it carries; null where isolation was not proved yet. */
	| { readonly type: "proof"; readonly version: number; readonly proof: ShownProof | null }
	| { readonly type: "loading"; readonly label: string; readonly done: number; readonly total: number }
	| { readonly type: "empty"; readonly reason: "no-folder" | "no-sql" | "no-tables" }
	| { readonly type: "failed"; readonly message: string }
	| { readonly type: "reveal"; readonly table: string }
	/** Brings the proof to the front. */
	| { readonly type: "showProof" };

export type DiagramMessage = Extract<HostMessage, { readonly type: "diagram" }>;

/** Webview -> host. Intents only: the answer is the next `diagram`. */
export type WebviewMessage =
	/** The page is up. `version` is that of the diagram that came before, sent ahead; 0 where none did. */
	| { readonly type: "ready"; readonly version: number }
	| { readonly type: "revealTable"; readonly version: number; readonly table: string }
	| { readonly type: "revealProblem"; readonly version: number; readonly problem: number }
	| { readonly type: "revealFinding"; readonly version: number; readonly finding: number }
	| { readonly type: "markTable"; readonly version: number; readonly table: string; readonly scope: Scope | null }
	/** Mend a finding; the host asks where there is something to decide. */
	| { readonly type: "applyFix"; readonly version: number; readonly finding: number }
	/** Give a table row-level security. */
	| { readonly type: "protectTable"; readonly version: number; readonly table: string }
	/** Give a table a tenant column. */
	| { readonly type: "scopeTable"; readonly version: number; readonly table: string }
	/** Attack the database that is shown; the host shows progress. */
	| { readonly type: "prove"; readonly version: number }
	/** Writes the proof's tests into the workspace; the host asks where. */
	| { readonly type: "saveTests"; readonly version: number }
	/** Opens the SQL that reproduces an attack, by its number in the proof. */
	| { readonly type: "openEvidence"; readonly version: number; readonly attack: number }
	| { readonly type: "openRule"; readonly version: number; readonly rule: string }
	| { readonly type: "revealRefusal"; readonly version: number; readonly refusal: number }
	| { readonly type: "selectDatabase"; readonly version: number; readonly database: string }
	| { readonly type: "movePositions"; readonly version: number; readonly positions: Positions }
	| { readonly type: "resetPositions"; readonly version: number }
	/** To be kept for the next time. */
	| ({ readonly type: "arranged"; readonly version: number } & Arrangement)
	| {
			readonly type: "export";
			readonly version: number;
			readonly format: ExportFormat;
			/** Where the tables stand now, all of them; the drawn subset (filters, focus) in `tables`. */
			readonly positions: Positions;
			readonly tables: readonly string[];
	  }
	| {
			readonly type: "runCommand";
			readonly version: number;
			readonly command: "openExample" | "openWalkthrough" | "openSettings" | "refresh";
	  };
