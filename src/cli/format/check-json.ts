import type { Report } from "./check-report";

/** The JSON of `tenancy check --format json`, version 1; `notChecked` has the paths of databases without a sign of several tenants. */
export function checkJson({ findings, summary, notChecked }: Report): string {
	return `${JSON.stringify({ version: 1, findings, summary, notChecked }, null, 2)}\n`;
}
