import type { QueryRule } from "../rule";
import { queryUnscoped } from "./query-unscoped";

/** All rules of queries, in the order in which findings at one place are shown. */
export const QUERY_RULES: readonly QueryRule[] = [queryUnscoped];
