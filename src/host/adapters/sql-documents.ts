import type * as vscode from "vscode";

/** VS Code's own language for SQL, and those that PostgreSQL extensions bring; files that another extension calls otherwise count by name. */
export const SQL_DOCUMENTS: vscode.DocumentSelector = [
	{ language: "sql" },
	{ language: "postgres" },
	{ language: "postgresql" },
	{ language: "pgsql" },
	{ language: "plpgsql" },
	{ pattern: "**/*.sql" },
];
