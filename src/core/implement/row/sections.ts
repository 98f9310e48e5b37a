import type { Step } from "../../emit/step";
import type { Blueprint } from "../artifact";
import { createRoles } from "../base/roles";
import type { RowPlan } from "../base/row-plan";
import { tenantContext } from "./tenant-context";

/** A part of row-level isolation: a file of SQL, or a migration of the workspace's tool. */
export interface Section {
	/** Of the file. */
	readonly name: string;
	/** Of the migration, in the imperative. */
	readonly title: string;
	readonly purpose: string;
	/** What stands at the top of the file, a line each. */
	readonly about: readonly string[];
	readonly steps: readonly Step[];
	/** Whether it reads whole tables, so that its parts must not share a transaction. */
	readonly online: boolean;
}

/** All of them, in the order in which they run; those that do nothing are left out. */
export function rowSections({ database }: Pick<Blueprint, "database">, plan: RowPlan): Section[] {
	const { setting } = plan;
	const online = (name: string, title: string, about: string, steps: readonly Step[]): Section => ({
		name,
		title,
		purpose: about,
		about: [about],
		steps,
		online: true,
	});
	const all: Section[] = [
		{
			name: "roles",
			title: "Make the roles",
			purpose: "The database's roles: owner, application, read-only, maintenance. It makes no passwords.",
			about: ["Roles. Running it again changes nothing."],
			steps: createRoles(plan.roles),
			online: false,
		},
		{
			name: "tenant-context",
			title: "Bind a transaction to its tenant",
			purpose: "How a transaction is bound to a tenant, and the tenant columns' defaults.",
			about: [
				`The tenant of a transaction: the setting ${setting?.name}, which policies compare with each row.`,
				"The application sets it from what it has verified (the session, the token), never from a request's body.",
			],
			steps: setting === null ? [] : tenantContext(plan, setting, database.model),
			online: false,
		},
		online(
			"keys-and-indexes",
			"Let keys and indexes begin with the tenant",
			"Tenant columns, and keys and indexes that begin with the tenant.",
			plan.keys,
		),
		online(
			"row-level-security",
			"Isolate tenants by row level security",
			"Policies: a session sees and changes its own tenant's rows alone.",
			plan.protection,
		),
		online("ways-around", "Close ways around the policies", "Closes ways around the policies.", plan.around),
		{
			name: "grants",
			title: "Grant what each role may do",
			purpose: "What each role may do. Last, so that no table is open before its policy is there.",
			about: ["What each role may do: nothing on a table that nobody has thought of."],
			steps: plan.grants.map(({ up, down }) => ({ sql: up, phase: "finish", down, table: "" })),
			online: false,
		},
	];
	return all.filter(({ steps }) => steps.length > 0);
}
