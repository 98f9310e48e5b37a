import * as vscode from "vscode";
import { rulePage } from "../adapters/diagnostics";
import { sentenceMarkdown } from "../adapters/markdown";
import type { Services } from "../services";
import { isQueryDocument, QUERY_DOCUMENTS } from "./documents";

/** Below the problem that VS Code shows itself: why it is one, and where its rule is explained. */
export function registerQueryHover({ workspace, context }: Services): vscode.Disposable {
	return vscode.languages.registerHoverProvider(QUERY_DOCUMENTS, {
		async provideHover(document, position) {
			const folder = workspace.folderOf(document.uri);
			if (folder?.status !== "ready" || !isQueryDocument(folder, document)) return undefined;
			const at = document.offsetAt(position);
			const here = (folder.checkQueries(document)?.findings ?? []).filter(
				({ location: { span } }) => span.start <= at && at <= span.end,
			);
			const [first] = here;
			if (!first) return undefined;
			const { QUERY_RULES } = await import("../../core/queries/rules");
			const texts = [...new Set(here.map(({ rule }) => rule))].flatMap((id) => {
				const rule = QUERY_RULES.find((each) => each.id === id);
				if (!rule) return [];
				const page = `[${vscode.l10n.t("What to do about {0}", id)}](${rulePage(context.extensionUri, id)})`;
				return [new vscode.MarkdownString(`${sentenceMarkdown(rule.doc.why)}\n\n${page}`)];
			});
			const { start, end } = first.location.span;
			return new vscode.Hover(texts, new vscode.Range(document.positionAt(start), document.positionAt(end)));
		},
	});
}
