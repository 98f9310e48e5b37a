import { folderOf, isWithin, nameOf } from "../../workspace/paths";
import { migrationWords } from "../migration-name";
import { type Change, type Part, partsOf } from "../parts";
import { comment, SET_LOCAL_TIMEOUT } from "../script";
import { nextVersions } from "../version";
import { inFolder, newest, numbered, type Tool } from "./tool";

/**
 * `db/migrate/<timestamp>_name.rb`, `db/<database>_migrate` for further databases; running it writes the dump anew. A migration
 * runs in a transaction unless it says `disable_ddl_transaction!`. All it does is run SQL, which is the same in every version of Rails.
 * https://guides.rubyonrails.org/active_record_migrations.html#using-the-up-down-methods,
 * https://guides.rubyonrails.org/active_record_multiple_databases.html and
 * https://api.rubyonrails.org/classes/ActiveRecord/Migration.html#class-ActiveRecord::Migration-label-Transactional+Migrations
 */
export const railsStructure: Tool = ({ database, files, title, steps, now }) => {
	const dump = newest({ database });
	const [, further = ""] = /^(.*_)?structure\.sql$/.exec(nameOf(dump)) ?? [];
	const folder = inFolder(folderOf(dump), `${further}migrate`);
	const text = files.find(({ path }) => path === dump)?.text ?? "";
	const taken = [
		...[...text.matchAll(/'(\d{14})'/g)].map(([, version = ""]) => version),
		...files.flatMap(({ path }) => (isWithin(path, folder) ? (/^\d{14}/.exec(nameOf(path)) ?? []) : [])),
	];
	const parts = partsOf(steps, "file");
	const versions = nextVersions(taken, now, parts.length);
	const newFiles = parts.map((part, i) => {
		const words = [...migrationWords(title), ...(parts.length > 1 ? [String(i + 1)] : [])];
		const name = `${migrationWords(title).join("_")}${numbered(parts.length, i)}`;
		return { path: inFolder(folder, `${versions[i]}_${name}.rb`), text: ruby(title, words, part) };
	});
	return {
		edits: [],
		newFiles,
		note: `Run \`bin/rails db:migrate\`; it writes ${nameOf(dump)} anew, too. Until then the findings stay.`,
	};
};

function ruby(title: string, words: readonly string[], part: Part): string {
	const className = words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join("");
	const undo = part.changes
		.filter(({ down }) => down !== null)
		.map(({ down }): Change => ({ up: down ?? "", down: null, why: null }))
		.reverse();
	return [
		`#${comment(title).slice(2)}`,
		`class ${className} < ActiveRecord::Migration[ActiveRecord::Migration.current_version]`,
		...(part.outside ? ["  disable_ddl_transaction!", ""] : []),
		...method("up", part.changes, part.outside),
		"",
		...method("down", undo, part.outside),
		"end",
		"",
	].join("\n");
}

function method(name: string, changes: readonly Change[], outside: boolean): string[] {
	const calls = changes.flatMap(({ up, why }) => [
		...(why === null ? [] : [`    #${comment(why).slice(2)}`]),
		...execute(up),
	]);
	const timeout = outside || changes.length === 0 ? [] : [`    execute "${SET_LOCAL_TIMEOUT}"`];
	return [`  def ${name}`, ...timeout, ...calls, "  end"];
}

/** A heredoc in quotes takes SQL as it is: no `#{}`, no backslashes. `~` takes off the indentation that all lines have. */
function execute(sql: string): string[] {
	const lines = sql.split("\n");
	let end = "SQL";
	while (lines.some((line) => line.trim() === end)) end += "_";
	return [`    execute <<~'${end}'`, ...lines.map((line) => (line === "" ? "" : `      ${line}`)), `    ${end}`];
}
