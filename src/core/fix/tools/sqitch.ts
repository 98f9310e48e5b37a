import { quoteName } from "../../emit/identifier";
import type { TextEdit } from "../../text/edit";
import { joinPath } from "../../workspace/paths";
import { scriptFolders } from "../../workspace/tools/sqitch";
import { digitsOfTime, timeOfIso } from "../calendar";
import { migrationWords } from "../migration-name";
import { type Part, partsOf } from "../parts";
import { comment, downScript, lineEnd, paragraphs, upScript } from "../script";
import { inFolder, type Migration, numbered, type Tool } from "./tool";

/** Who planned the change. The plan needs somebody, and whoever runs this is not known here. */
const PLANNER = "tenancy <tenancy@localhost>";

/**
 * A change: its scripts to deploy, revert and verify, and its line in `sqitch.plan`. psql runs a script as it is, so each
 * has its own transaction, and one that needs to be outside has none.
 * https://sqitch.org/docs/manual/sqitchtutorial/ and https://sqitch.org/docs/manual/sqitchchanges/
 */
export const sqitch: Tool = (migration) => {
	const { database, files, title, steps } = migration;
	const folder = database.path === "." ? "" : database.path;
	const plan = files.find(({ path }) => path === inFolder(folder, "sqitch.plan"));
	if (!plan) throw new RangeError(`${database.path} has no sqitch.plan`);
	const config = files.find(({ path }) => path === inFolder(folder, "sqitch.conf"))?.text ?? "";
	const folders = scriptFolders(config, folder);
	const parts = partsOf(steps, "file");
	const name = freeName(migration, plan.text, parts.length, folders);
	const newFiles = parts.flatMap((part, i) => {
		const change = `${name}${numbered(parts.length, i)}.sql`;
		return [
			{ path: joinPath(folders.deploy, change), text: script(title, part, upScript(part, "local")) },
			{ path: joinPath(folders.revert, change), text: script(`Undo: ${title}`, part, downScript(part, "local")) },
			{ path: joinPath(folders.verify, change), text: verifyScript(migration) },
		];
	});
	const lines = parts.map((_, i) => planLine(migration, `${name}${numbered(parts.length, i)}`));
	return {
		edits: lines.length === 0 ? [] : [appended(plan.path, plan.text, lines)],
		newFiles,
		note: "sqitch.plan names `tenancy` as the planner of the change; put your own name there before you deploy it.",
	};
};

function script(title: string, { outside }: Part, blocks: readonly string[]): string {
	return paragraphs([comment(title), ...(outside || blocks.length === 0 ? blocks : ["BEGIN;", ...blocks, "COMMIT;"])]);
}

/** That the tables are there is little, but true whatever the change does; the names of what it makes are not known here. */
function verifyScript({ database, steps }: Migration): string {
	const tables = [...new Set(steps.map(({ table }) => table))].flatMap((key) => database.model.tables.get(key) ?? []);
	const queries = tables.map((table) => `SELECT 1 FROM ${quoteName(table)} WHERE false;`);
	return paragraphs(["BEGIN;", ...queries, "ROLLBACK;"]);
}

/** A name that neither the plan nor a script has. */
function freeName(
	{ title, files }: Migration,
	plan: string,
	count: number,
	folders: Readonly<Record<string, string>>,
): string {
	const planned = new Set(plan.split(/\r?\n/).map((line) => line.trim().split(/\s/, 1)[0]));
	const paths = new Set(files.map(({ path }) => path));
	const isFree = (change: string) =>
		!planned.has(change) && Object.values(folders).every((of) => !paths.has(joinPath(of, `${change}.sql`)));
	const base = migrationWords(title).join("_");
	for (let i = 1; ; i++) {
		const name = i === 1 ? base : `${base}_again${i === 2 ? "" : i - 1}`;
		if (Array.from({ length: count }, (_, part) => `${name}${numbered(count, part)}`).every(isFree)) return name;
	}
}

function planLine({ title, now }: Migration, change: string): string {
	const [, year, month, day, hour, minute, second] =
		/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digitsOfTime(timeOfIso(now), 14)) ?? [];
	const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
	return `${change} ${time} ${PLANNER} # ${comment(title).slice(3)}`;
}

function appended(file: string, text: string, lines: readonly string[]): TextEdit {
	const end = lineEnd(text);
	const before = text === "" || text.endsWith("\n") ? "" : end;
	return {
		file,
		span: { start: text.length, end: text.length },
		newText: `${before}${lines.map((line) => `${line}${end}`).join("")}`,
	};
}
