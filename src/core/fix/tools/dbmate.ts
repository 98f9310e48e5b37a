import { downScript, upScript } from "../script";
import { oneFileTool } from "./one-file";

/**
 * `<version>_name.sql` with both ways in it. With `transaction:false` dbmate opens no transaction, but still sends a way as one
 * text, which PostgreSQL runs as one transaction unless it is a single statement.
 * https://github.com/amacneil/dbmate#migration-options, https://github.com/amacneil/dbmate/issues/126 and
 * https://github.com/amacneil/dbmate/issues/182
 */
export const dbmate = oneFileTool({
	outside: "alone",
	separator: "_",
	text: (part) => [
		`-- migrate:up${part.outside ? " transaction:false" : ""}`,
		...upScript(part, "local"),
		`-- migrate:down${part.outside ? " transaction:false" : ""}`,
		...downScript(part, "local"),
	],
});
