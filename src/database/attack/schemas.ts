import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import { each } from "./keys";
import type { Attack, Scene, Verdict } from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, rowsOf, said, untested } from "./verdict";

/** Where each tenant has a schema of its own: reaches into the others'. */
export async function schemaAttacks(scene: Scene): Promise<Attack[]> {
	const { target, schemas } = scene;
	const others = schemas?.others ?? [];
	const tables = [...target.database.model.tables.values()].filter(
		({ schema, partitionOf }) => others.includes(schema) && partitionOf === null,
	);
	const own = [...target.database.model.tables.values()].filter(
		({ schema, partitionOf }) => schema === schemas?.own && partitionOf === null,
	);
	const rivals = await rolesOfOthers(scene);
	const firsts = others.flatMap((schema) => tables.find((table) => table.schema === schema) ?? []);
	return [
		...tables.map(
			({ schema, name }): Attack => ({
				table: `${schema}.${name}`,
				attack: "other-schema",
				run: () => played(() => reach(scene, { schema, name })),
			}),
		),
		...own.flatMap(({ schema, name }): Attack[] =>
			rivals.length === 0
				? []
				: [
						{
							table: `${schema}.${name}`,
							attack: "other-schema",
							run: () =>
								played(() =>
									each(rivals, (role) => reach({ ...scene, target: { ...target, role } }, { schema, name })),
								),
						},
					],
		),
		...firsts.map(
			({ schema, name }): Attack => ({
				table: schema,
				attack: "search-path",
				run: () => played(() => wander(scene, { schema, name })),
			}),
		),
	];
}

/** Roles that the files name for other tenants: they may use those tenants' schemas. What is the attacker's own is to be closed to them. */
async function rolesOfOthers({ target, schemas }: Scene): Promise<string[]> {
	if (!schemas?.own || schemas.others.length === 0) return [];
	const list = (names: Iterable<string>) => [...names].map(quoteLiteral).join(", ") || "NULL";
	const { rows } = await target.engine.query(
		`SELECT rolname AS role FROM pg_roles r WHERE NOT rolsuper AND NOT rolbypassrls AND rolname <> ${quoteLiteral(target.role)} AND rolname IN (${list(target.database.model.roles.keys())})
	AND EXISTS (SELECT FROM pg_namespace n WHERE n.nspname IN (${list(schemas.others)}) AND has_schema_privilege(r.oid, n.oid, 'USAGE')) ORDER BY 1 LIMIT 3`,
	);
	return rows.map(({ role }) => String(role));
}

interface Place {
	readonly schema: string;
	readonly name: string;
}

async function reach({ target }: Scene, place: Place): Promise<Verdict> {
	const name = quoteName(place);
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		const outcome = await session.attempt(`SELECT count(*)::int AS rows_of_another_tenant FROM ${name}`);
		if (!isRefused(outcome) && numberOf(outcome) > 0)
			return leaked(
				session.evidence(),
				`The application of one tenant reads ${rowsOf(numberOf(outcome))} in the schema of another, ${place.schema}.`,
			);
		const emptied = await session.attempt(
			`WITH gone AS (DELETE FROM ${name} RETURNING 1) SELECT count(*)::int AS rows_deleted FROM gone`,
		);
		if (!isRefused(emptied) && numberOf(emptied) > 0)
			return leaked(
				session.evidence(),
				`The application of one tenant deletes rows in the schema of another, ${place.schema}.`,
			);
		if (isDenied(outcome) && isDenied(emptied))
			return held(session.evidence(), "The application of one tenant has no right to the schema of another.");
		const refused = [outcome, emptied].find((each) => isRefused(each) && !isDenied(each));
		if (refused && isRefused(refused))
			return untested(`It was refused for another reason than isolation. ${said(refused)}`);
		return untested("The table has no rows, so nothing was proved.");
	});
}

async function wander({ target }: Scene, { schema, name }: Place): Promise<Verdict> {
	return inSession(target, target.tenants[0] as FilledTenant, async (session) => {
		await session.attempt(`SET LOCAL search_path = ${quoteIdentifier(schema)}`);
		const outcome = await session.attempt(
			`SELECT count(*)::int AS rows_of_another_tenant FROM ${quoteIdentifier(name)}`,
		);
		if (!isRefused(outcome) && numberOf(outcome) > 0)
			return leaked(
				session.evidence(),
				`Another search_path is enough to be in the schema of another tenant, ${schema}.`,
			);
		// insufficient_privilege, or undefined_table, as a schema without USAGE is passed over
		if (isRefused(outcome) && /^(42501|42P01)$/.test(outcome.code))
			return held(session.evidence(), "A search_path alone leads nowhere: the role has no right to the schema.");
		return isRefused(outcome) ? untested(said(outcome)) : untested("The table has no rows, so nothing was proved.");
	});
}
