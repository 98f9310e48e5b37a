import type { Hole } from "./hole";
import { POLICIES } from "./policies";
import { RIGHTS, ROW_SECURITY } from "./row-security";

/** All holes: the only list. */
export const HOLES: readonly Hole[] = [...ROW_SECURITY, ...RIGHTS, ...POLICIES];
