import { compareText } from "../../text/compare";
import { compareNumbered } from "../paths";

/**
 * In which order folders run that hold an `up.sql` each, by their names or by the versions that these begin with.
 *
 * Diesel's version is what stands before the first underscore, without hyphens, and it sorts versions as text: its older
 * command wrote `20170102030405_a`, later ones `2018-01-02-030405_b` and `2024-01-02-030405-0000_c`. Folders that never have
 * such a date are of a tool that may count: `2_b` (Hasura) or `2-b` goes before `10_a`.
 */
export function folderOrder(names: readonly string[]): (a: string, b: string) => number {
	if (!names.some((name) => /^\d{4}-\d\d-\d\d/.test(name))) return compareNumbered;
	const version = (name: string) => name.replace(/_.*$/s, "").replaceAll("-", "");
	return (a, b) => compareText(version(a), version(b)) || compareNumbered(a, b);
}
