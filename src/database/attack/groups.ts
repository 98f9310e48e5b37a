import { bleedAttacks } from "./bleed";
import { functionAttacks } from "./functions";
import { keyAttacks } from "./keys";
import { leakyAttacks } from "./leaky";
import { nobodyAttacks } from "./nobody";
import { otherRoleAttacks } from "./other-roles";
import { partitionAttacks } from "./partitions";
import { readAttacks } from "./read";
import { roleAttacks } from "./roles";
import type { Attack, Scene } from "./scene";
import { schemaAttacks } from "./schemas";
import { sharedAttacks } from "./shared";
import { viewAttacks } from "./views";
import { writeAttacks } from "./write";

/** What is tried, group by group: the only list. */
export const GROUPS: readonly ((scene: Scene) => readonly Attack[] | Promise<readonly Attack[]>)[] = [
	readAttacks,
	nobodyAttacks,
	writeAttacks,
	sharedAttacks,
	keyAttacks,
	partitionAttacks,
	viewAttacks,
	functionAttacks,
	leakyAttacks,
	roleAttacks,
	otherRoleAttacks,
	schemaAttacks,
	bleedAttacks,
];
