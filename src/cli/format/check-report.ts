import type { Finding, Severity } from "../findings";

/** The findings of one run, with what the formats show around them. */
export interface Report {
	readonly findings: readonly Finding[];
	readonly summary: Readonly<Record<Severity, number>> & {
		readonly tables: number;
		/** How many findings were left out because the baseline has them; only where there is one. */
		readonly baseline?: number;
	};
	readonly databases: number;
	/** Those that show no sign of several tenants, by their paths: no findings then says nothing about isolation. */
	readonly notChecked: readonly string[];
}

/** Nobody may take the silence about a database whose tenants were not found for its safety; null where there is none. */
export function notCheckedText({ notChecked, databases }: Report): string | null {
	if (notChecked.length === 0) return null;
	const where = notChecked.length === databases ? "" : ` in ${notChecked.length} of them`;
	return `No sign of several tenants was found${where}, so nothing was checked about keeping them apart. If there are several, "tenancy model" says what to do.`;
}
