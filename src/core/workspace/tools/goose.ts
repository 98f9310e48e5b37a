import type { Markers } from "../up-parts";
import { findMarked } from "./marked";

export const GOOSE_MARKERS: Markers = {
	up: /^--\s*\+goose\s+up\b/i,
	down: /^--\s*\+goose\s+down\b/i,
	runsUnmarked: false,
};

export const SQL_MIGRATE_MARKERS: Markers = {
	up: /^\s*--\s*\+migrate\s+Up\b/i,
	down: /^\s*--\s*\+migrate\s+Down\b/i,
	runsUnmarked: false,
};

/**
 * `<number>_name.sql` with `-- +goose Up` and `-- +goose Down`, by number. StatementBegin and StatementEnd are for
 * splitting at semicolons, which the reader does by PostgreSQL's own rules.
 * https://pressly.github.io/goose/documentation/annotations
 */
export const findGoose = findMarked("goose", GOOSE_MARKERS);

/** The older tool with the same marks under its own name: https://github.com/rubenv/sql-migrate */
export const findSqlMigrate = findMarked("ordered", SQL_MIGRATE_MARKERS);
