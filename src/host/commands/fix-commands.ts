import * as vscode from "vscode";
import { mayWrite } from "../adapters/config-text";
import { isApplied } from "../fixes/apply-fix";
import type { Services } from "../services";
import { databaseFrom } from "./pick-database";
import { tableFrom } from "./pick-table";

/** The commands that change SQL; what they do loads when one of them is used. */
export function registerFixCommands(services: Services): vscode.Disposable[] {
	const fixes = () => import("../fixes/fix-commands");
	const command = (id: string, run: (...args: unknown[]) => Promise<boolean>) =>
		vscode.commands.registerCommand(id, async (...args: unknown[]) => {
			if (!(await mayWrite())) return false;
			await services.workspace.ensureAll();
			return run(...args);
		});
	return [
		command("tenancy.protectTable", async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Protect which table?"));
			return entry !== undefined && (await fixes()).protectTable(services, entry);
		}),
		command("tenancy.protectAll", async (argument) => {
			const entry = await databaseFrom(services, argument);
			return entry !== undefined && (await fixes()).protectAll(services, entry);
		}),
		command("tenancy.makeTenantScoped", async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Make which table tenant-scoped?"));
			return entry !== undefined && (await fixes()).makeTenantScoped(entry);
		}),
		command("tenancy.fixAll", async (argument) => {
			const entry = await databaseFrom(services, argument);
			return entry !== undefined && (await fixes()).fixEverything(entry);
		}),
		// From the lightbulb, once its change is in the files.
		command("tenancy.showFix", async (ref, applied) => {
			const entry = await databaseFrom(services, ref);
			if (!entry || !isApplied(applied)) return false;
			await (await import("../fixes/apply-fix")).showApplied(entry, applied);
			return true;
		}),
	];
}
