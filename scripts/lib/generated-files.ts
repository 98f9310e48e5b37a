import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { QUERY_RULES } from "../../src/core/queries/rules";
import { RULES } from "../../src/core/rules";
import { queryRulePage, rulePage, rulesPage } from "../../src/core/rules/base/page";
import { configJsonSchema } from "../../src/core/tenancy/config";

/**
 * The files that are made from the sources, with the text that they should have.
 * @param project the project's folder, absolute
 * @returns by path relative to the project
 */
export function generatedFiles(project: string): ReadonlyMap<string, string> {
	return new Map([
		["media/tenancy.config.schema.json", json({ title: "Tenancy decisions", ...configJsonSchema() })],
		["l10n/bundle.l10n.json", json(textsOf(project))],
		["docs/rules/README.md", rulesPage([...RULES, ...QUERY_RULES])],
		...RULES.map((rule): [string, string] => [`docs/rules/${rule.id}.md`, rulePage(rule)]),
		...QUERY_RULES.map((rule): [string, string] => [`docs/rules/${rule.id}.md`, queryRulePage(rule)]),
	]);
}

/** As the project's formatter writes JSON: tabs, and a list of plain values on one line. */
function json(value: unknown): string {
	const expanded = JSON.stringify(value, null, "\t");
	return `${expanded.replace(/\[\n\s*([^[\]{}]*?)\n\s*\]/g, (_, items: string) => `[${items.replace(/\n\s*/g, " ")}]`)}\n`;
}

/** Every text that the host hands to `vscode.l10n.t`, as a translator's starting point. https://code.visualstudio.com/api/references/vscode-api#l10n */
function textsOf(project: string): Record<string, string> {
	const host = join(project, "src", "host");
	const files = readdirSync(host, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
	const texts = new Set<string>();
	for (const file of files) {
		const code = readFileSync(join(host, file), "utf8");
		const calls = code.split("l10n.t(").slice(1);
		for (const call of calls) {
			const literal = /^\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(call)?.[1];
			if (literal === undefined)
				throw new Error(`${file}: a text for vscode.l10n.t must be one string literal, not: ${call.slice(0, 40)}`);
			texts.add(literal.startsWith("'") ? literal.slice(1, -1).replaceAll("\\'", "'") : JSON.parse(literal));
		}
	}
	return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}
