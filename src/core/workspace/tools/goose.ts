import { findMarked } from "./marked";

/**
 * `<number>_name.sql` with `-- +goose Up` and `-- +goose Down`, by number. StatementBegin and StatementEnd are for
 * splitting at semicolons, which the reader does by PostgreSQL's own rules.
 * https://pressly.github.io/goose/documentation/annotations
 */
export const findGoose = findMarked("goose", {
	up: /^--\s*\+goose\s+up\b/i,
	down: /^--\s*\+goose\s+down\b/i,
	runsUnmarked: false,
});

/** The older tool with the same marks under its own name: https://github.com/rubenv/sql-migrate */
export const findSqlMigrate = findMarked("ordered", {
	up: /^\s*--\s*\+migrate\s+Up\b/i,
	down: /^\s*--\s*\+migrate\s+Down\b/i,
	runsUnmarked: false,
});
