import type { Scope } from "../../src/core/tenancy/scope";

/** A codicon, drawn by the style sheet. It says nothing to a screen reader: the words beside it do. */
export function Icon({ name }: { readonly name: IconName }) {
	return <span className={`icon icon-${name}`} aria-hidden="true" />;
}

/** The same signs as in VS Code's tree view; nothing to warn of where there are no tenants yet. */
export function ScopeIcon({ scope, singleTenant }: { readonly scope: Scope; readonly singleTenant: boolean }) {
	return <Icon name={scopeIcon(scope, singleTenant)} />;
}

export function scopeIcon(scope: Scope, singleTenant: boolean): IconName {
	return singleTenant && scope === "unscoped" ? "table" : SCOPE_ICONS[scope];
}

const SCOPE_ICONS = {
	"tenant-root": "organization",
	"tenant-scoped": "shield",
	"tenant-derived": "type-hierarchy-sub",
	shared: "globe",
	unscoped: "warning",
} as const satisfies Record<Scope, IconName>;

/** Each has its rule in styles/icons.css. */
export const ICONS = [
	"add",
	"arrow-left",
	"beaker",
	"book",
	"check",
	"chevron-down",
	"chevron-right",
	"circle-slash",
	"close",
	"collapse-all",
	"copy",
	"database",
	"editor-layout",
	"error",
	"expand-all",
	"export",
	"filter",
	"folder-opened",
	"globe",
	"go-to-file",
	"info",
	"key",
	"keyboard-tab",
	"layers",
	"layout-sidebar-right",
	"link",
	"list-flat",
	"lock",
	"organization",
	"question",
	"references",
	"refresh",
	"save",
	"remove",
	"screen-full",
	"search",
	"settings-gear",
	"shield",
	"table",
	"target",
	"type-hierarchy",
	"type-hierarchy-sub",
	"unlock",
	"warning",
] as const;
export type IconName = (typeof ICONS)[number];
