import { type Policy, qualified, type SchemaModel, type Table } from "../schema/model";
import { isPrivileged, privilegesOn } from "./enforcement";
import { isAuditColumn } from "./logins";
import type { Evidence, SharedContext } from "./shared";
import { snake } from "./vocabulary";

/** The application may read the table and never write it: it can't put a tenant's data there. */
export function readOnly(table: Table, { model, roles, references, people }: SharedContext): Evidence | null {
	const personal = references.of(qualified(table)).some((r) => people.isPerson(r.target) && !isAuditColumn(r.columns));
	if (personal || holdsContent(table)) return null;
	const binding = table.policies.filter((policy) => !isForProduct(policy, model));
	if (table.rls.enabled && binding.length > 0) {
		if (binding.every((policy) => policy.command === "select" && opensToAll(policy.using)))
			return {
				reason: `Everyone may read every row and no policy lets anyone write (\`${binding[0]?.name}\`): reference data.`,
				confidence: "likely",
			};
	}
	if (roles.length === 0) return null;
	const privileges = privilegesOn(model, table, roles);
	if (privileges.size > 0 && [...privileges].every((p) => p === "select" || p === "references")) {
		return {
			reason: `The application's role \`${roles[0]}\` may only read it (GRANT SELECT), while it writes other tables: reference data.`,
			confidence: "likely",
		};
	}
	return null;
}

/** `true`, or that somebody is logged in, as Supabase's functions tell (https://supabase.com/docs/guides/database/postgres/row-level-security). */
function opensToAll(condition: string | null): boolean {
	return /^(true|auth\.role='authenticated'|auth\.uidisnotnull)$/.test(bare(condition));
}

/** Whether a policy lets only the product's own service through: by role, or by asking for its role in the token. */
function isForProduct({ roles, using, check }: Policy, model: SchemaModel): boolean {
	if (roles.every((role) => isPrivileged(model, role))) return true;
	const conditions = [using, check].filter((condition) => condition !== null);
	return conditions.every((condition) => /^(auth\.role|auth\.jwt->>'role')='service_role'$/.test(bare(condition)));
}

/** A condition without what may be written or not: casts, parentheses, quotes of names, SELECT around a call. */
function bare(condition: string | null): string {
	return (condition ?? "")
		.toLowerCase()
		.replace(/::\s*"?\w+"?/g, "")
		.replace(/\bselect\b|\bas\s+\w+|["()\s]/g, "");
}

/** Columns that hold what somebody wrote or keeps secret: no list to choose from has them. */
export function holdsContent(table: Table): boolean {
	const content = /(^|_)(secret|token|password|ciphertext|encrypted|payload|body|content|message|email|phone)($|_)/;
	return (
		/secret|token|credential|password/.test(snake(table.name)) || table.columns.some((c) => content.test(snake(c.name)))
	);
}
