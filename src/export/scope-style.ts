import type { Scope } from "../core/tenancy/scope";

/** How a scope looks where no theme gives the colours: a band with text on it, and its border. Text on band is at least 7:1. */
export interface ScopeColours {
	readonly band: string;
	readonly text: string;
	readonly border: string;
}

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
	"tenant-root": "Tenant root",
	"tenant-scoped": "Tenant-scoped",
	"tenant-derived": "Tenant-derived",
	shared: "Shared",
	unscoped: "Unscoped",
};

/** One line for a legend, for somebody who meets the words for the first time. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
	"tenant-root": "its rows are the tenants",
	"tenant-scoped": "has a column that names the tenant",
	"tenant-derived": "reaches one tenant over its foreign keys",
	shared: "belongs to no tenant",
	unscoped: "nothing says whose rows these are",
};

export const LIGHT: Readonly<Record<Scope, ScopeColours>> = {
	"tenant-root": { band: "#f6dc85", text: "#332600", border: "#9a7400" },
	"tenant-scoped": { band: "#bfe5c7", text: "#0b3316", border: "#2c7a3f" },
	"tenant-derived": { band: "#c6ddf8", text: "#0a2850", border: "#1f62b0" },
	shared: { band: "#e2e2e2", text: "#2b2b2b", border: "#6b6b6b" },
	unscoped: { band: "#fad0cc", text: "#510d08", border: "#bb271a" },
};

export const DARK: Readonly<Record<Scope, ScopeColours>> = {
	"tenant-root": { band: "#574300", text: "#ffedb8", border: "#d9ac30" },
	"tenant-scoped": { band: "#17472a", text: "#d3f5dc", border: "#55b374" },
	"tenant-derived": { band: "#143a66", text: "#d8e9ff", border: "#69a5ee" },
	shared: { band: "#414141", text: "#f0f0f0", border: "#a2a2a2" },
	unscoped: { band: "#641a15", text: "#ffdedb", border: "#f0776e" },
};
