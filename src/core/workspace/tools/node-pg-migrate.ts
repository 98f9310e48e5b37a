import type { Markers } from "../up-parts";
import { findMarked } from "./marked";

export const NODE_PG_MIGRATE_MARKERS: Markers = {
	up: /^\s*--[\s-]*up\s+migration/i,
	down: /^\s*--[\s-]*down\s+migration/i,
	runsUnmarked: true,
};

/**
 * `<timestamp>_name.sql` with `-- Up Migration` and `-- Down Migration`; a file without
 * `-- Up Migration` runs up to the other mark.
 * https://github.com/salsita/node-pg-migrate/blob/main/docs/src/migrations/index.md
 */
export const findNodePgMigrate = findMarked("node-pg-migrate", NODE_PG_MIGRATE_MARKERS);
