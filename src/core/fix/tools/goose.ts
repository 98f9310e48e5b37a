import { downScript, upScript } from "../script";
import { oneFileTool } from "./one-file";

/**
 * `<version>_name.sql` with both ways in it. goose ends a statement at a semicolon that ends a line, unless it stands between
 * its marks; `NO TRANSACTION` holds for both ways.
 * https://pressly.github.io/goose/documentation/annotations
 */
export const goose = oneFileTool({
	outside: "file",
	separator: "_",
	head: ({ outside }) => (outside ? "-- +goose NO TRANSACTION" : ""),
	text: (part) => [
		"-- +goose Up",
		...upScript(part, "local", gooseStatement),
		"-- +goose Down",
		...downScript(part, "local", gooseStatement),
	],
});

export function gooseStatement(sql: string): string {
	return sql.includes(";") ? `-- +goose StatementBegin\n${sql};\n-- +goose StatementEnd` : `${sql};`;
}
