import type { Report } from "../commands/check";

/** The JSON of `tenancy check --format json`, version 1. */
export function checkJson({ findings, summary }: Report): string {
	return `${JSON.stringify({ version: 1, findings, summary }, null, 2)}\n`;
}
