import * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { isUnprotected } from "../../core/tenancy/protection";
import { type DatabaseEntry, findTable, refOf, type TableEntry } from "../adapters/databases";
import type { Services } from "../services";
import { applyFix } from "./apply-fix";
import { chooseRemedy, chooseRole } from "./decide";
import { placeSteps } from "./place-steps";

/** What the commands about fixes do, from the palette, the tree, the lightbulb and the diagram alike. Each returns whether anything was changed. */

const MISSING = "tenant-column-missing";

/** Row-level security and a policy for a table; asks for the application's role where nothing says it. */
export async function protectTable(services: Services, entry: TableEntry): Promise<boolean> {
	return protect(services, entry, entry);
}

/** The same for all tables of tenants. */
export async function protectAll(services: Services, entry: DatabaseEntry): Promise<boolean> {
	return protect(services, entry, null);
}

async function protect(services: Services, entry: DatabaseEntry, table: TableEntry | null): Promise<boolean> {
	const { protectTables } = await import("../../core/fix/protect-tables");
	const stepsFor = ({ folder, database }: DatabaseEntry) =>
		folder.analyzer ? protectTables(folder.analyzer, database, table?.key ?? null) : { steps: [], lacksRole: false };
	const where = stepsFor(entry).lacksRole ? await chooseRole(services, entry) : entry;
	if (!where) return false;
	const { steps } = stepsFor(where);
	if (steps.length === 0) {
		void sayNothingToProtect(table);
		return false;
	}
	const title = table
		? `Protect ${table.table.name} with row-level security`
		: "Protect the tables of tenants with row-level security";
	const fix = await placeSteps(where, { title, steps });
	return table ? applyFix(where, fix) : applyFix(where, fix, true);
}

async function sayNothingToProtect(table: TableEntry | null): Promise<void> {
	if (!table) {
		void vscode.window.showInformationMessage(vscode.l10n.t("All tables of tenants are protected."));
		return;
	}
	const { key, tenancy } = table;
	if (tenancy.scope !== "unscoped") {
		void vscode.window.showInformationMessage(
			tenancy.scope === "shared"
				? vscode.l10n.t("{0} is shared: its rows belong to no tenant, so no policy can tell them apart.", key)
				: vscode.l10n.t("There is nothing to add: {0} is protected.", key),
		);
		return;
	}
	const make = vscode.l10n.t("Make Tenant-Scoped");
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t("Nothing says whose the rows of {0} are, so no policy can tell them apart.", key),
		make,
	);
	if (answer === make) await vscode.commands.executeCommand("tenancy.makeTenantScoped", refOf(table));
}

/** A tenant column for a table, and all that it then needs; asks where there are several ways to its tenant. */
export async function makeTenantScoped(entry: TableEntry): Promise<boolean> {
	const { database, folder, key, table } = entry;
	const missing = database.findings.find((finding) => finding.rule === MISSING && finding.table === key);
	if (!missing || !folder.analyzer) {
		void vscode.window.showInformationMessage(
			entry.tenancy.scope === "unscoped"
				? vscode.l10n.t("The application can't reach {0}, so it needs no tenant column.", key)
				: vscode.l10n.t("{0} says already whose its rows are, or that they are nobody's.", key),
		);
		return false;
	}
	const remedy = await chooseRemedy(missing);
	if (!remedy) return false;
	const { automaticRemedy, fixAll } = await import("../../core/fix/fix-all");
	const { steps } = fixAll(
		folder.analyzer,
		database,
		(finding) => finding.table === key,
		(finding) =>
			finding.rule === MISSING
				? finding.remedies().find(({ title }) => title === remedy.title)
				: automaticRemedy(finding),
	);
	return applyFix(entry, await placeSteps(entry, { title: `Make ${table.name} tenant-scoped`, steps }));
}

/** All that needs no decision, in the whole database, after a look at it. */
export async function fixEverything(entry: DatabaseEntry): Promise<boolean> {
	const { database, folder } = entry;
	if (!folder.analyzer) return false;
	const { fixAll } = await import("../../core/fix/fix-all");
	const { steps } = fixAll(folder.analyzer, database, () => true);
	if (steps.length === 0) {
		void vscode.window.showInformationMessage(
			database.findings.length === 0
				? vscode.l10n.t("There is nothing to fix.")
				: vscode.l10n.t("What is left to fix needs your decision: see the Problems view."),
		);
		return false;
	}
	return applyFix(entry, await placeSteps(entry, { title: "Fix tenancy problems", steps }), true);
}

/** Mends one finding; asks where there is something to decide. */
export async function fixFinding(services: Services, entry: DatabaseEntry, finding: Finding): Promise<boolean> {
	const ref = { folder: entry.folder.folder.uri.toString(), database: entry.database.path, table: finding.table ?? "" };
	const table = findTable(services.workspace, ref);
	if (table && finding.rule === MISSING) return makeTenantScoped(table);
	// They bring the same policy, and that command asks for the role that it is for.
	if (table && isUnprotected(table.table, table.tenancy) && finding.rule.startsWith("rls-"))
		return protectTable(services, table);
	const remedy = await chooseRemedy(finding);
	return remedy ? applyFix(entry, await placeSteps(entry, remedy)) : false;
}
