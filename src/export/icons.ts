import type { Scope } from "../core/tenancy/scope";

/** Drawn in lines in a box of 16 by 16, the same signs as in the panel: people, a shield, a tree, a globe, a warning. */
export const SCOPE_ICONS: Readonly<Record<Scope, string>> = {
	"tenant-root":
		"M6.2 5a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M4.3 13.5V12a3.7 3.2 0 0 1 7.4 0v1.5zM2 6.6a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M1 12a2.4 2.4 0 0 1 2.2-2.4M11.4 6.6a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M15 12a2.4 2.4 0 0 0-2.2-2.4",
	"tenant-scoped": "M8 1.8l5 1.8v4.2c0 3.2-2.1 5.4-5 6.4c-2.9-1-5-3.2-5-6.4V3.6zM5.7 8l1.7 1.7L10.5 6.3",
	"tenant-derived": "M6.3 1.8h3.4v3.4H6.3zM1.8 10.8h3.4v3.4H1.8zM10.8 10.8h3.4v3.4h-3.4zM8 5.2V8M3.5 10.8V8h9v2.8",
	shared: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM2 8h12M8 2c-3.4 3.6-3.4 8.4 0 12M8 2c3.4 3.6 3.4 8.4 0 12",
	unscoped: "M8 2l6.3 11.5H1.7zM8 6.3v3.4M8 11.6v.01",
};

/** Row-level security is on. */
export const LOCK_ICON = "M3.5 7.5h9v6.3h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5M8 10v1.6";
