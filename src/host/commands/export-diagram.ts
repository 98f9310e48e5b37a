import * as vscode from "vscode";
import type { Diagram } from "../../core/diagram/diagram";
import { selectTables } from "../../core/diagram/select";
import type { ExportFormat, Positions } from "../../protocol/messages";
import type { DatabaseEntry } from "../adapters/databases";
import type { LayoutStore } from "../features/layout-file";

const FORMATS: Readonly<Record<ExportFormat, { readonly name: string; readonly detail: string }>> = {
	html: { name: "HTML", detail: "One interactive file that opens in any browser, without a network" },
	svg: { name: "SVG", detail: "A picture that stays sharp at any size" },
	png: { name: "PNG", detail: "A picture for chats and documents" },
	mmd: { name: "Mermaid", detail: "A text diagram that GitHub and GitLab draw" },
	dbml: { name: "DBML", detail: "For dbdiagram.io and other modelling tools" },
	json: { name: "JSON", detail: "Everything that the diagram knows, for scripts" },
};

/** Writes a diagram to a file that the person chooses. */
export class DiagramExporter {
	constructor(
		private readonly extensionUri: vscode.Uri,
		private readonly layout: LayoutStore,
	) {}

	/** Asks for format and file; for when no panel says where the tables stand. */
	async ask(entry: DatabaseEntry): Promise<void> {
		const items = (Object.keys(FORMATS) as ExportFormat[]).map((format) => ({
			label: FORMATS[format].name,
			detail: FORMATS[format].detail,
			format,
		}));
		const picked = await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t("Export the diagram of {0} as", entry.label),
		});
		if (picked) await this.save(entry, picked.format, null, null);
	}

	/**
	 * Asks for the file and writes it.
	 * @param positions where the tables stand, in pixels; null lays them out as the panel would
	 * @param tables ids of those to draw; null draws all
	 */
	async save(
		entry: DatabaseEntry,
		format: ExportFormat,
		positions: Positions | null,
		tables: readonly string[] | null,
	): Promise<vscode.Uri | null> {
		const name = entry.database.path === "." ? "tenancy" : `tenancy-${entry.database.path.replace(/[^\w.-]+/g, "-")}`;
		const uri = await vscode.window.showSaveDialog({
			defaultUri: entry.folder.uriOf(`${name}.${format}`),
			filters: { [FORMATS[format].name]: [format] },
			title: vscode.l10n.t("Export Tenancy Diagram"),
		});
		if (!uri) return null;
		const title = vscode.l10n.t("Exporting the diagram");
		await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
			this.write(entry, format, uri, positions, tables),
		);
		void this.#offerToOpen(uri, format);
		return uri;
	}

	/** Writes the file. `positions` and `tables` as for `save`. */
	async write(
		entry: DatabaseEntry,
		format: ExportFormat,
		uri: vscode.Uri,
		positions: Positions | null,
		tables: readonly string[] | null,
	): Promise<void> {
		const diagram = tables === null ? entry.database.diagram : selectTables(entry.database.diagram, { tables });
		await vscode.workspace.fs.writeFile(
			uri,
			await this.#print(diagram, format, positions ?? (await this.#layOut(entry))),
		);
	}

	async #print(diagram: Diagram, format: ExportFormat, positions: Positions): Promise<Uint8Array> {
		const text = (content: string) => new TextEncoder().encode(content);
		switch (format) {
			case "html": {
				const { toHtml } = await import("../../export/html");
				const [script, style] = await Promise.all(
					["panel.js", "panel.css"].map((file) => this.#asset("webview", file)),
				);
				return text(await toHtml(diagram, positions, { script: decode(script), style: decode(style) }));
			}
			case "svg":
			case "png": {
				const { toSvg } = await import("../../export/svg");
				if (format === "svg") return text(toSvg(diagram, positions, { detail: "full", theme: "auto" }));
				const { toPng } = await import("../../export/png");
				const [wasm, ...fonts] = await Promise.all(
					["resvg.wasm", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"].map((file) =>
						this.#asset("assets", file),
					),
				);
				return toPng(toSvg(diagram, positions, { detail: "full", theme: "light" }), {
					wasm: wasm as Uint8Array<ArrayBuffer>,
					fonts,
				});
			}
			case "mmd":
				return text((await import("../../export/mermaid")).toMermaid(diagram));
			case "dbml":
				return text((await import("../../export/dbml")).toDbml(diagram));
			case "json":
				return text((await import("../../export/json")).toJson(diagram, positions));
		}
	}

	/** As the panel lays out, people's own positions first. */
	async #layOut(entry: DatabaseEntry): Promise<Positions> {
		const { createElk, layoutDiagram, tableSize } = await import("../../layout");
		const { tables, edges } = entry.database.diagram;
		const fixed = await this.layout.positions(entry.folder, entry.database.path);
		return layoutDiagram(await createElk(), {
			tables: tables.map((table) => ({ id: table.id, group: table.group, ...tableSize(table, "full") })),
			edges: edges.filter((edge) => !edge.tenant).map(({ from, to }) => ({ from, to })),
			fixed,
		});
	}

	#asset(...path: string[]): Thenable<Uint8Array> {
		return vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.extensionUri, "dist", ...path));
	}

	async #offerToOpen(uri: vscode.Uri, format: ExportFormat): Promise<void> {
		const open = vscode.l10n.t("Open");
		const answer = await vscode.window.showInformationMessage(
			vscode.l10n.t("The diagram is in {0}.", vscode.workspace.asRelativePath(uri)),
			open,
		);
		if (answer !== open) return;
		if (format === "html" && uri.scheme === "file" && !vscode.env.remoteName) await vscode.env.openExternal(uri);
		else await vscode.commands.executeCommand("vscode.open", uri);
	}
}

function decode(bytes: Uint8Array | undefined): string {
	return new TextDecoder().decode(bytes);
}

/** What `tenancy.exportDiagram` takes from a key binding or another extension, to write a file without asking. */
export function isExportRequest(value: unknown): value is { readonly format: ExportFormat; readonly file: string } {
	const request = value as { format?: unknown; file?: unknown } | null | undefined;
	return (
		typeof request?.file === "string" && typeof request.format === "string" && Object.hasOwn(FORMATS, request.format)
	);
}
