import type { DatabaseAnalysis } from "../../core/analyze";
import type { Engine } from "../engine";

/** A tenant that was filled with rows. */
export interface FilledTenant {
	/** The key of its row in each root, by the root's qualified name, as text; `""` holds that of a tenant key without a table. */
	readonly keys: ReadonlyMap<string, string>;
}

/** Another role that the application connects as, and how a session of it is bound to a tenant. */
export type OtherRole = Pick<Target, "role" | "bind">;

/** What is attacked: a database with rows of several tenants, and the role that plays the application. */
export interface Target {
	readonly engine: Engine;
	/** What the files say; what an attack expects comes from here, never from the policies that it judges. */
	readonly database: DatabaseAnalysis;
	/** The role that is played: bound by policies, owner of nothing, unless the files say otherwise. */
	readonly role: string;
	/** The role is the closest there is, as the files name none: what it may do says less. */
	readonly assumed: boolean;
	/** The application's other roles, which the one that is played does not stand for. */
	readonly others: readonly OtherRole[];
	/** The tenants, at least two; the attacker is the first. */
	readonly tenants: readonly FilledTenant[];
	/**
	 * Statements that bind the session's transaction to a tenant as the product does: its settings, its claims.
	 * @param tenant a tenant; null for no tenant, a text for that text instead of a tenant's key
	 */
	bind(tenant: FilledTenant | string | null): readonly string[];
	/** Tables with rows of every tenant, by `schema.name`. */
	readonly filled: ReadonlySet<string>;
	/** The others, and why. */
	readonly unfilled: ReadonlyMap<string, string>;
}
