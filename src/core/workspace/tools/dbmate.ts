import type { Markers } from "../up-parts";
import { findMarked } from "./marked";

export const DBMATE_MARKERS: Markers = {
	up: /^\s*--\s*migrate:up\b/i,
	down: /^\s*--\s*migrate:down\b/i,
	runsUnmarked: false,
};

/**
 * `<timestamp>_name.sql` with `-- migrate:up` and `-- migrate:down`, by timestamp.
 * https://github.com/amacneil/dbmate#creating-migrations
 */
export const findDbmate = findMarked("dbmate", DBMATE_MARKERS);
