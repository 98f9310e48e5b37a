import { existsSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { Diagram } from "../../core/diagram/diagram";
import { selectTables } from "../../core/diagram/select";
import type { Scope } from "../../core/tenancy/scope";
import type { Detail } from "../../layout/size";
import { EXPORT_FORMATS, type ExportFormat, type Positions } from "../../protocol/messages";
import { pictureParts, webviewParts } from "../assets";
import { Failure } from "../failure";
import { writeAtomically } from "../files/write";
import { load, type Workspace } from "../load";
import { count, grouped, type Output } from "../output";
import { tableNamed } from "../tables";

export interface DiagramOptions {
	readonly out: string;
	readonly focus?: string;
	readonly distance?: number;
	readonly scope?: readonly Scope[];
	readonly database?: string;
}

/** Above this many tables a picture with all columns is a wall; it shows keys and the tenant column. */
const MOST_WITH_ALL_COLUMNS = 60;

/** `tenancy diagram`: writes one file. Returns the exit code. */
export async function diagram(paths: readonly string[], options: DiagramOptions, output: Output): Promise<number> {
	const format = formatOf(options.out);
	if (options.distance !== undefined && options.focus === undefined)
		throw new Failure("--distance says how far from --focus: name a table with --focus.");
	const target = resolve(options.out);
	if (!existsSync(dirname(target)))
		throw new Failure(`There is no folder ${dirname(options.out)} to write ${options.out} into.`);
	if (existsSync(target) && statSync(target).isDirectory())
		throw new Failure(`${options.out} is a folder, not a file.`);

	const workspace = await load(paths, options.database, output);
	const complete = onlyOne(workspace).diagram;
	const focus = options.focus === undefined ? undefined : tableNamed(complete, options.focus);
	const drawn = selectTables(complete, { focus, distance: options.distance, scopes: options.scope });
	if (drawn.tables.length === 0) output.note("Nothing to draw: no table is left. The file has only the legend.");
	const bytes = await render(drawn, format, output);
	try {
		writeAtomically(target, bytes);
	} catch (error) {
		throw new Failure(`${options.out} could not be written: ${(error as Error).message}.`);
	}
	output.note(
		`Wrote ${options.out}: ${count(drawn.tables.length, "table")}, ${grouped(Math.ceil(bytes.length / 1024))} KB.`,
	);
	return workspace.exitCode;
}

function formatOf(file: string): ExportFormat {
	const ending = extname(file).slice(1).toLowerCase();
	const format = EXPORT_FORMATS.find((known) => known === ending);
	if (!format)
		throw new Failure(
			`--out ${file}: the ending says what to write, and it must be one of ${EXPORT_FORMATS.map((known) => `.${known}`).join(" ")}.`,
		);
	return format;
}

function onlyOne({ databases, show }: Workspace): Workspace["databases"][number] {
	const [first, ...more] = databases;
	if (first && more.length === 0) return first;
	const list = databases
		.map(({ path, kind, diagram }) => `  ${show(path)}  (${kind}, ${count(diagram.tables.length, "table")})`)
		.join("\n");
	throw new Failure(
		`There are ${databases.length} databases here, and one file shows one. Choose with --database PATH:\n${list}`,
	);
}

/** The heavy parts (layout, panel, fonts) are loaded by the formats that need them. */
async function render(diagram: Diagram, format: ExportFormat, output: Output): Promise<Uint8Array> {
	switch (format) {
		case "mmd":
			return encode((await import("../../export/mermaid")).toMermaid(diagram));
		case "dbml":
			return encode((await import("../../export/dbml")).toDbml(diagram));
		case "json":
			return encode((await import("../../export/json")).toJson(diagram, await layout(diagram, "full", output)));
		case "html":
			// The panel lays out what it shows; positions would be taken for ones that a person chose.
			return encode(await (await import("../../export/html")).toHtml(diagram, {}, webviewParts()));
		case "svg":
			return encode(await svg(diagram, "auto", output));
		case "png": {
			const picture = await svg(diagram, "light", output);
			return (await import("../../export/png")).toPng(picture, pictureParts());
		}
		default:
			return format satisfies never;
	}
}

async function svg(diagram: Diagram, theme: "auto" | "light", output: Output): Promise<string> {
	const detail = diagram.tables.length > MOST_WITH_ALL_COLUMNS ? "keys" : "full";
	const positions = await layout(diagram, detail, output);
	return (await import("../../export/svg")).toSvg(diagram, positions, { detail, theme });
}

async function layout(diagram: Diagram, detail: Detail, output: Output): Promise<Positions> {
	output.note(`Laying out ${count(diagram.tables.length, "table")} …`);
	const [{ createElk }, { layoutDiagram, layoutRequest }] = await Promise.all([
		import("../../layout/elk"),
		import("../../layout/layout"),
	]);
	return layoutDiagram(await createElk(), layoutRequest(diagram, detail));
}

function encode(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}
