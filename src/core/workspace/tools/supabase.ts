import { compareText } from "../../text/compare";
import type { SourceFile } from "../database";
import { scanDdl } from "../ddl-scan";
import { orderByReferences } from "../order-by-references";
import { folderOf, isWithin, joinPath, nameOf } from "../paths";
import { foreignTo } from "../same-database";
import { databasePath, type Finder, type Found, isSql } from "../workspace";

/**
 * `supabase/migrations/<timestamp>_name.sql`, in the order of the names as text, as the CLI lists the folder: a date
 * (`20240131_a`) stands among the times of those days. Other names the CLI skips. A file beside the folder that creates
 * what the migrations change and don't create was run by hand before the first of them. Without migrations, the
 * declarative `supabase/schemas/`, in the order of `schema_paths` in `supabase/config.toml`, otherwise of their names.
 * Seeds, tests and snippets are the project's but not its schema.
 * https://supabase.com/docs/guides/deployment/database-migrations and `ListLocalMigrations` in
 * https://github.com/supabase/cli/blob/develop/pkg/migration/list.go
 * https://supabase.com/docs/guides/local-development/declarative-database-schemas
 */
export const findSupabase: Finder = (workspace) =>
	projectFolders(workspace.files).flatMap((project): Found[] => {
		const inProject = workspace.files.filter((file) => isWithin(file.path, project) && isSql(file));
		const migrationsFolder = joinPath(project, "migrations");
		const migrations = (workspace.folders.get(migrationsFolder) ?? []).filter(({ path }) =>
			/^\d+_.*\.sql$/.test(nameOf(path)),
		);
		if (migrations.length > 0) {
			const files = [...migrations].sort((a, b) => compareText(nameOf(a.path), nameOf(b.path)));
			const beside = inProject.filter(({ path }) => folderOf(path) === project);
			const foreign = beside.length === 0 ? new Set<string>() : foreignTo(files);
			const base = new Set(beside.filter((file) => [...scanDdl(file).tables].some((name) => foreign.has(name))));
			const others = inProject.filter((file) => !base.has(file)).map(({ path }) => path);
			return [{ path: databasePath(migrationsFolder), kind: "supabase", files, alsoTaken: others }];
		}
		const schemasFolder = joinPath(project, "schemas");
		const schemas = inProject.filter(({ path }) => isWithin(path, schemasFolder));
		if (schemas.length === 0) return [];
		const patterns = schemaPaths(workspace.file(joinPath(project, "config.toml"))?.text ?? "", project);
		const rank = ({ path }: SourceFile) => patterns.findIndex((pattern) => pattern.test(path)) >>> 0;
		const inOrder = [...schemas].sort((a, b) => rank(a) - rank(b) || compareText(a.path, b.path));
		return [
			{
				path: databasePath(schemasFolder),
				kind: "supabase",
				files: patterns.length > 0 ? inOrder : orderByReferences(inOrder),
				alsoTaken: inProject.map(({ path }) => path),
			},
		];
	});

function projectFolders(files: readonly SourceFile[]): string[] {
	const folders = new Set<string>();
	for (const { path } of files) {
		const parts = path.split("/");
		const at = parts.indexOf("supabase");
		if (at >= 0 && at < parts.length - 1) folders.add(parts.slice(0, at + 1).join("/"));
	}
	return [...folders].sort(compareText);
}

/** The globs of `schema_paths`, which are relative to the project's folder. */
function schemaPaths(config: string, project: string): RegExp[] {
	const list = /^\s*schema_paths\s*=\s*\[([^\]]*)\]/m.exec(config)?.[1] ?? "";
	return [...list.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => {
		const literal = joinPath(project, double ?? single ?? "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
		return new RegExp(
			`^${literal.replace(/\*\*\/?|\*|\?/g, (glob) => (glob === "?" ? "[^/]" : glob === "*" ? "[^/]*" : ".*"))}$`,
		);
	});
}
