import type { DatabaseAnalysis } from "../core/analyze";
import type { Proof } from "../core/prove/proof";
import { qualified } from "../core/schema/model";
import { createSqlReader } from "../core/sql/reader";
import type { TenancyDecisions } from "../core/tenancy/config";
import { API_ROLES } from "../core/tenancy/platform";
import { applyFiles, type ServerGuard } from "./apply/apply";
import { type Platform, platformOf } from "./apply/platform";
import { makeReferenced } from "./apply/referenced";
import { makePlatform } from "./apply/surroundings";
import { attack } from "./attack/attack";
import { buildScene } from "./attack/build-scene";
import type { FilledTenant, Target } from "./attack/target";
import { doubted } from "./doubted";
import type { Engine } from "./engine";
import { fillTables } from "./fill/fill";
import { setSequences } from "./fill/sequences";
import { LIMITS } from "./limits";
import { bindingFor } from "./play/binding";
import { giveToOwner } from "./play/owner";
import { chooseRole, otherRoles } from "./play/role";
import { seesOwnRows } from "./play/sees";
import { suiteOf } from "./suite/suite";
import { unknownRoles } from "./unknown-roles";
import { undecidedIn, verdictOf, withoutVacuous } from "./verdict";

export interface ProveOptions {
	/** What a person decided of this database. */
	readonly decisions: TenancyDecisions;
	/** On a server that others use, too. */
	readonly server?: { readonly guard: ServerGuard; readonly roles: ReadonlySet<string> };
	/** Whether tests are to be written that a team can keep. */
	readonly tests?: boolean;
	readonly signal?: AbortSignal;
	/** @param what a table, or what is being done */
	onProgress?(stage: ProveStage, done: number, total: number, what: string): void;
}

export type ProveStage = "apply" | "fill" | "attack";

/** Three, so that "everybody's but mine" and "the other one's" can be told apart. */
const TENANTS = 3;

/**
 * Applies a database's files to an empty PostgreSQL, fills every table with rows of three tenants, and lets the first try
 * everything to reach the others'. The engine's database is used up by it.
 *
 * @param engine a superuser's session on an empty database; the caller closes it
 * @throws the signal's reason when it is aborted; what the engine throws where the connection is lost
 */
export async function prove(database: DatabaseAnalysis, engine: Engine, options: ProveOptions): Promise<Proof> {
	const { signal, onProgress, decisions, server } = options;
	const { model, tenancy } = database;
	const { expression } = await createSqlReader();
	const platform = platformOf(database.files, model);
	if (platform) await makePlatform(engine, platform, server?.guard);
	const referenced = await makeReferenced(engine, model);
	const applied = await applyFiles(engine, database.files, {
		prelude: platform?.prelude,
		guard: server?.guard,
		ownDatabaseOnly: true,
		signal,
		onProgress: (done, total) => onProgress?.("apply", done, total, ""),
	});
	signal?.throwIfAborted();
	await engine.query("SET client_min_messages = error");
	const inGuard = async <T>(run: () => Promise<T>): Promise<T> => {
		let result: T | undefined;
		const running = async () => {
			result = await run();
		};
		await (server ? server.guard(running, false) : running());
		return result as T;
	};
	await inGuard(() => giveToOwner(engine, platform?.ownerBypasses ?? false));
	const role = await inGuard(() =>
		chooseRole(engine, database, decisions.applicationRoles, platform ? "authenticated" : null),
	);
	for (const sql of platform?.prelude ?? []) await engine.query(sql);

	const filled = await fillTables(engine, model, tenancy, TENANTS, 0, {
		signal,
		onProgress: (done, total, table) => onProgress?.("fill", done, total, table),
	});
	await setSequences(engine);
	const rowsOf = new Map<FilledTenant, number>();
	const binding = bindingFor(database, expression, decisions.setting, filled.facts, (tenant, table, column) => {
		const rows = filled.rows.get(table)?.[rowsOf.get(tenant) ?? 0];
		return rows?.[0]?.[column] ?? null;
	});
	const others = await otherRoles(
		engine,
		database,
		role,
		decisions.applicationRoles,
		platform ? API_ROLES : [],
		binding.bindAs,
	);
	const tenants = Array.from({ length: TENANTS }, (_, i): FilledTenant => {
		const tenant = { keys: filled.keys(i) };
		rowsOf.set(tenant, i);
		return tenant;
	});
	const target: Target = {
		engine,
		database,
		role: role.name,
		assumed: role.assumed,
		others,
		tenants,
		bind: binding.bindAs(role.name),
		filled: filled.tables,
		unfilled: filled.empty,
	};
	const scene = tenancy.mode === "single-tenant" ? null : await buildScene(target);
	const found = scene
		? await attack(scene, {
				signal,
				onProgress: (done, total, what) => onProgress?.("attack", done, total, what),
			})
		: [];
	// After the attacks: a setting that was bound once is no longer unset in that session, which is an attack of its own.
	const sees = await seesOwnRows(target);
	const tests = options.tests && scene ? suiteOf(scene, filled, role, sees.tables) : null;
	const { attacks, undecided } = doubted(database, applied.refusals, withoutVacuous(found, target, sees));
	const open = scene
		? [...undecidedIn(database, attacks), ...undecided, ...(await unknownRoles(engine, role.name, applied.standIns))]
		: ["The files describe a product with one tenant: there is nothing to prove yet."];
	return {
		version: 1,
		engine: engine.version,
		verdict: verdictOf(attacks, open),
		undecided: open,
		...countsOf(database, filled.tables),
		assumptions: [
			...role.assumptions,
			...(others.length > 0
				? [
						`It also plays ${others.map((each) => `\`${each.role}\``).join(", ")}, on tables where their rights or policies differ.`,
					]
				: []),
			...takenAsIs(model.roles.keys(), server?.roles),
			...binding.assumptions,
			...(sees.bound > 0 && sees.tables.size === 0
				? [
						"Bound like this, the role sees no row of its own tenant in any table, so that most attacks could not be told.",
					]
				: []),
			...surroundings(platform),
			...(referenced.length > 0
				? [
						`No file creates ${referenced.map((name) => `\`${name}\``).join(", ")}, which others refer to: a table with nothing but that key stood for it.`,
					]
				: []),
		],
		attacks,
		notApplied: [
			...applied.refusals.map(({ file, span, message }) => ({ file, span, message })),
			...standInsOf(database, applied.standIns),
		],
		limits: LIMITS,
		tests,
	};
}

/** Tables that hold tenants' rows or may, partitions left to their parents. */
function countsOf({ model }: DatabaseAnalysis, filled: ReadonlySet<string>): Pick<Proof, "tables" | "filled"> {
	const own = [...model.tables.values()].filter(
		({ partitionOf, persistence }) => !partitionOf && persistence !== "temporary",
	);
	return { tables: own.length, filled: own.filter((table) => filled.has(qualified(table))).length };
}

function takenAsIs(named: Iterable<string>, there: ReadonlySet<string> | undefined): string[] {
	const known = [...named].filter((name) => there?.has(name));
	return known.length === 0
		? []
		: [
				`On that server there is already ${known.map((name) => `\`${name}\``).join(", ")}: left as it is, whatever the files say of it.`,
			];
}

function surroundings(platform: Platform | null): string[] {
	return platform
		? [
				`The files lean on ${platform.name}: its roles, schemas and functions were made as it documents them, without TRUNCATE, which no request to its API can send.`,
			]
		: [];
}

/** An extension that is not there is told where the files create it. */
function standInsOf(
	{ model }: DatabaseAnalysis,
	standIns: readonly { readonly kind: string; readonly name: string }[],
): Proof["notApplied"] {
	return standIns.flatMap(({ kind, name }) => {
		const location = kind === "extension" ? model.extensions.get(name)?.location : undefined;
		const message = `The extension ${name} is not to be had here: its types stand for themselves as text, and its functions are missing.`;
		return location ? [{ file: location.file, span: location.span, message }] : [];
	});
}
