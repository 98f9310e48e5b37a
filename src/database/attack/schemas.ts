import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import type { Attack, Scene, Verdict } from "./scene";
import { inSession } from "./session";
import type { FilledTenant } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, rowsOf, said, untested } from "./verdict";

/** Where each tenant has a schema of its own: reaches into the others'. */
export function schemaAttacks(scene: Scene): Attack[] {
	const { target, schemas } = scene;
	const others = schemas?.others ?? [];
	const tables = [...target.database.model.tables.values()].filter(
		({ schema, partitionOf }) => others.includes(schema) && partitionOf === null,
	);
	const firsts = others.flatMap((schema) => tables.find((table) => table.schema === schema) ?? []);
	return [
		...tables.map(
			({ schema, name }): Attack => ({
				table: `${schema}.${name}`,
				attack: "other-schema",
				run: () => played(() => reach(scene, { schema, name })),
			}),
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
		const emptied = await session.attempt(`DELETE FROM ${name}`);
		if (!isRefused(emptied) && emptied.count > 0)
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
