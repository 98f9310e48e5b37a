import * as vscode from "vscode";
import type { Scope } from "../../core/tenancy/scope";

interface ScopeLook {
	/** A codicon and a colour contributed in package.json: colour is never the only sign. */
	readonly icon: string;
	readonly color: string;
}

const LOOKS: Readonly<Record<Scope, ScopeLook>> = {
	"tenant-root": { icon: "organization", color: "tenancy.root" },
	"tenant-scoped": { icon: "shield", color: "tenancy.scoped" },
	"tenant-derived": { icon: "type-hierarchy-sub", color: "tenancy.derived" },
	shared: { icon: "globe", color: "tenancy.shared" },
	unscoped: { icon: "warning", color: "tenancy.unscoped" },
};

export function scopeIcon(scope: Scope): vscode.ThemeIcon {
	return new vscode.ThemeIcon(LOOKS[scope].icon, new vscode.ThemeColor(LOOKS[scope].color));
}

/** For places that take icons in text: `$(globe)`. */
export function scopeCodicon(scope: Scope): string {
	return `$(${LOOKS[scope].icon})`;
}

export function scopeWord(scope: Scope): string {
	switch (scope) {
		case "tenant-root":
			return vscode.l10n.t("Tenant root");
		case "tenant-scoped":
			return vscode.l10n.t("Tenant-scoped");
		case "tenant-derived":
			return vscode.l10n.t("Tenant-derived");
		case "shared":
			return vscode.l10n.t("Shared");
		case "unscoped":
			return vscode.l10n.t("Unscoped");
	}
}

/** What the scope means, for somebody who meets the word for the first time. */
export function scopeMeaning(scope: Scope): string {
	switch (scope) {
		case "tenant-root":
			return vscode.l10n.t("Its rows are the tenants.");
		case "tenant-scoped":
			return vscode.l10n.t("A column of its own says which tenant each row belongs to.");
		case "tenant-derived":
			return vscode.l10n.t("Each row reaches exactly one tenant over foreign keys.");
		case "shared":
			return vscode.l10n.t("Its rows belong to no tenant, on purpose.");
		case "unscoped":
			return vscode.l10n.t("Nothing says whose rows these are.");
	}
}
