import type { QueryRule } from "../rule";
import { queryCopy } from "./query-copy";
import { queryInsertMixes } from "./query-insert-mixes";
import { queryInsertUnscoped } from "./query-insert-unscoped";
import { queryJoinCrosses } from "./query-join-crosses";
import { queryLocalOutsideTransaction } from "./query-local-outside-transaction";
import { querySessionSetting } from "./query-session-setting";
import { queryUnscoped } from "./query-unscoped";
import { queryUpsertArm } from "./query-upsert-arm";
import { queryWriteUnbounded } from "./query-write-unbounded";

/** All rules of queries, in the order in which findings at one place are shown: what leaks first. */
export const QUERY_RULES: readonly QueryRule[] = [
	queryWriteUnbounded,
	queryUnscoped,
	queryInsertMixes,
	queryInsertUnscoped,
	queryUpsertArm,
	queryCopy,
	querySessionSetting,
	queryLocalOutsideTransaction,
	queryJoinCrosses,
];
