import { FUNCTIONS } from "./functions";
import type { Hole } from "./hole";
import { KEYS } from "./keys";
import { POLICIES } from "./policies";
import { OTHER_ROLES, RIGHTS, ROW_SECURITY } from "./row-security";
import { SCHEMAS } from "./schemas";
import { TABLES } from "./tables";
import { VIEWS } from "./views";

/** All holes: the only list. */
export const HOLES: readonly Hole[] = [
	...ROW_SECURITY,
	...OTHER_ROLES,
	...RIGHTS,
	...POLICIES,
	...VIEWS,
	...FUNCTIONS,
	...KEYS,
	...TABLES,
	...SCHEMAS,
];
