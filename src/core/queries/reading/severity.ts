import type { Severity } from "../../rules/base/rule";
import type { Relation } from "./relation";

/**
 * How severe it is that a statement doesn't keep to one tenant: null where each tenant has tables of its own; a hint at most
 * where row-level security filters anyway; else as the rule says, and less where whose data the table holds is a guess.
 */
export function severityFor({ own }: Relation, severity: Severity): Severity | null {
	if (!own || own.enforcement === "placement") return null;
	if (own.enforcement === "rls") return "hint";
	return severity === "error" && own.confidence === "guess" ? "warning" : severity;
}

/** Whether policies keep the statement to one tenant. */
export function isFiltered({ own }: Relation): boolean {
	return own?.enforcement === "rls" || own?.enforcement === "placement";
}
