import { nobodyAttacks } from "./nobody";
import { readAttacks } from "./read";
import type { Attack, Scene } from "./scene";
import { writeAttacks } from "./write";

/** What is tried, group by group: the only list. */
export const GROUPS: readonly ((scene: Scene) => readonly Attack[] | Promise<readonly Attack[]>)[] = [
	readAttacks,
	nobodyAttacks,
	writeAttacks,
];
