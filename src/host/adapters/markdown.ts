import * as vscode from "vscode";
import type { TableEntry } from "./databases";
import { scopeCodicon, scopeMeaning, scopeWord } from "./scope-look";

/**
 * Text from files as Markdown that shows it as it is: no markup, no HTML, no icons. MarkdownString.appendText would do,
 * but it makes every space one at which no line can break.
 */
export function escapeMarkdown(text: string): string {
	return text
		.replace(/[\\`*_{}[\]()#+\-!~|]/g, "\\$&")
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll("$", "&#36;")
		.replace(/\s*\n\s*/g, "  \n");
}

/** The core's sentences put names in backquotes: as code here. */
export function sentenceMarkdown(sentence: string): string {
	return sentence
		.split("`")
		.map((part, index) => (index % 2 === 1 ? `\`${part.replace(/\s+/g, " ")}\`` : escapeMarkdown(part)))
		.join("");
}

/** The same where there is no markup. */
export function sentenceText(sentence: string): string {
	return sentence.replaceAll("`", "");
}

/** A link's target that runs one of our commands. Parentheses would end the link. */
export function commandLink(label: string, command: string, argument: unknown): string {
	const encoded = encodeURIComponent(JSON.stringify([argument])).replace(
		/[()]/g,
		(character) => `%${character.charCodeAt(0).toString(16)}`,
	);
	return `[${escapeMarkdown(label)}](command:${command}?${encoded})`;
}

/** What is known of a table's tenancy, for hovers and tooltips. Names come from files and are shown as text, never as markup. */
export function tableSummary({ key, table, tenancy }: TableEntry): vscode.MarkdownString {
	const text = new vscode.MarkdownString("", true);
	text.appendMarkdown(`${scopeCodicon(tenancy.scope)} **${scopeWord(tenancy.scope)}** · ${escapeMarkdown(key)}\n\n`);
	text.appendMarkdown(`${sentenceMarkdown(tenancy.reason)}\n\n`);
	const facts: [string, string][] = [];
	if (tenancy.path) facts.push([vscode.l10n.t("Path to the tenant"), pathText(table.name, tenancy.path)]);
	facts.push([vscode.l10n.t("Row-level security"), rlsText(table)]);
	if (tenancy.override === "config") facts.push([vscode.l10n.t("Decided in"), "tenancy.config.json"]);
	if (tenancy.override === "comment")
		facts.push([vscode.l10n.t("Decided in"), vscode.l10n.t("a comment of the table")]);
	for (const [label, value] of facts) text.appendMarkdown(`- ${label}: ${escapeMarkdown(value)}\n`);
	if (table.comment !== null) text.appendMarkdown(`\n${escapeMarkdown(table.comment)}`);
	else text.appendMarkdown(`\n*${scopeMeaning(tenancy.scope)}*`);
	return text;
}

/** `order_items.order_id → public.orders.organization_id → …`. */
export function pathText(table: string, path: NonNullable<TableEntry["tenancy"]["path"]>): string {
	const steps = path.map(({ columns, references }) => `${columns.join(", ")} → ${references}`);
	return `${table}.${steps.join(".")}`;
}

export function rlsText({ rls, policies }: TableEntry["table"]): string {
	const count = policies.length === 1 ? vscode.l10n.t("1 policy") : vscode.l10n.t("{0} policies", policies.length);
	if (!rls.enabled)
		return policies.length > 0 ? vscode.l10n.t("off, so its {0} do nothing", count) : vscode.l10n.t("off");
	return rls.forced
		? vscode.l10n.t("on, for the owner too, {0}", count)
		: vscode.l10n.t("on, but not for the table's owner, {0}", count);
}
