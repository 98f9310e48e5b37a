import type { SourceFile } from "../database";
import { folderOf, nameOf } from "../paths";
import type { Workspace } from "../workspace";

/**
 * Tools that give every migration a folder with a file of a fixed name in it: the folders that hold such folders, with
 * the files by name of their folder. Prisma's `migration.sql`, Diesel's `up.sql`.
 */
export function migrationFolders(workspace: Workspace, fileName: string): Map<string, SourceFile[]> {
	const byParent = new Map<string, SourceFile[]>();
	for (const file of workspace.named(fileName)) {
		const own = folderOf(file.path);
		if (own === "") continue;
		const parent = folderOf(own);
		const siblings = byParent.get(parent);
		if (siblings) siblings.push(file);
		else byParent.set(parent, [file]);
	}
	return byParent;
}

/** The name of the folder that holds the file: the migration's name. */
export function migrationName({ path }: SourceFile): string {
	return nameOf(folderOf(path));
}
