import { compareText } from "../../text/compare";
import { joinPath } from "../paths";
import { databasePath, type Finder, type Found } from "../workspace";
import { migrationFolders, migrationName } from "./migration-folders";

/**
 * `prisma/migrations/<timestamp>_name/migration.sql`, by the folders' names; `migration_lock.toml` names the provider.
 * Some products keep such folders elsewhere and without the lock file, so the folders' names decide.
 * https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories
 */
export const findPrisma: Finder = (workspace) =>
	[...migrationFolders(workspace, "migration.sql")].flatMap(([folder, files]): Found[] => {
		const lock = workspace.file(joinPath(folder, "migration_lock.toml"));
		if (!lock && !files.some((file) => /^\d/.test(migrationName(file)))) return [];
		const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(lock?.text ?? "")?.[1];
		const isPostgres =
			provider === undefined || provider === "postgresql" || provider === "postgres" || provider === "cockroachdb";
		const ordered = [...files].sort((a, b) => compareText(migrationName(a), migrationName(b)));
		return [
			{
				path: databasePath(folder),
				kind: "prisma",
				files: isPostgres ? ordered : [],
				alsoTaken: files.map(({ path }) => path),
			},
		];
	});
