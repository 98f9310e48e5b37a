import { quoteIdentifier, quoteLiteral, quoteName, quoteRole } from "../../core/emit/identifier";
import type { Attack, Scene, Verdict } from "./scene";
import { inSession } from "./session";
import { held, isDenied, isRefused, leaked, numberOf, rowsOf, untested } from "./verdict";

/** Becomes other roles, and waits for tables and counters that nobody thought of. */
export async function roleAttacks(scene: Scene): Promise<Attack[]> {
	const { target, relations, subjects } = scene;
	const { rows } = await target.engine.query(
		`SELECT r.rolname AS role FROM pg_roles r JOIN pg_roles me ON me.rolname = ${quoteLiteral(target.role)}
WHERE r.oid <> me.oid AND NOT me.rolsuper AND pg_has_role(me.oid, r.oid, 'MEMBER') ORDER BY 1`,
	);
	const roles = rows.map(({ role }) => String(role));
	const schemas = [...new Set([...subjects.keys()].map((key) => relations.get(key)?.schema ?? "public"))];
	const identities = [...subjects.values()].flatMap(({ key, table }) =>
		table.columns
			.filter(({ identity, default: value }) => identity !== null || /^nextval\(/i.test(value ?? ""))
			.map(({ name }) => ({ key, table, column: name })),
	);
	return [
		...(roles.length === 0 ? [""] : roles).map(
			(role): Attack => ({ table: role || target.role, attack: "set-role", run: () => become(scene, role) }),
		),
		...schemas.map(
			(schema): Attack => ({ table: schema, attack: "later-table", run: () => laterTable(scene, schema) }),
		),
		...identities.map(
			({ key, column }): Attack => ({ table: key, attack: "sequence", run: () => setBack(scene, key, column) }),
		),
	];
}

/** Tries to be another role that the application is a member of, or the superuser, and reads what that may. */
async function become(scene: Scene, role: string): Promise<Verdict> {
	const { target, subjects } = scene;
	const { rows } = await target.engine.query("SELECT current_user AS superuser");
	const other = role || String(rows[0]?.superuser);
	const tables = [...subjects.values()];
	if (tables.length === 0) return untested("There are no rows of two tenants to tell apart.");
	return inSession({ ...target, role: target.role }, target.tenants[0] ?? null, async (session) => {
		// SET ROLE asks who logged in, not who is played.
		await session.superuser(`SET LOCAL SESSION AUTHORIZATION ${quoteRole(target.role)}`);
		const became = await session.attempt(`SET LOCAL ROLE ${quoteRole(other)}`);
		if (isRefused(became)) return held(session.evidence(), `The application may not become ${other}.`);
		for (const { table, whose, key } of tables) {
			const outcome = await session.attempt(
				`SELECT count(*)::int AS rows_of_others FROM ${quoteName(table)} WHERE ${whose.theirs}`,
			);
			if (!isRefused(outcome) && numberOf(outcome) > 0)
				return {
					...leaked(
						session.evidence(),
						`The application may become ${other}, which reads ${rowsOf(numberOf(outcome))} of other tenants in ${key}.`,
					),
					about: { tables: [key] },
				};
		}
		return held(session.evidence(), `As ${other} the application sees no rows of other tenants either.`);
	});
}

/** A table that a later migration makes, before it has a policy. */
async function laterTable({ target }: Scene, schema: string): Promise<Verdict> {
	const { model } = target.database;
	const makers = [...new Set(["", ...model.defaultPrivileges.flatMap(({ forRoles }) => forRoles)])];
	let verdict: Verdict | null = null;
	for (const maker of makers) {
		const found = await inSession(target, target.tenants[0] ?? null, async (session): Promise<Verdict> => {
			if (maker !== "") {
				await session.superuser(`GRANT CREATE, USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${quoteRole(maker)}`);
				await session.superuser(`SET LOCAL ROLE ${quoteRole(maker)}`);
			}
			const table = `${quoteIdentifier(schema)}.tenancy_later`;
			await session.superuser(`CREATE TABLE ${table} AS SELECT 'of another tenant'::text AS note`);
			if (maker !== "") await session.superuser("RESET ROLE");
			const outcome = await session.attempt(`SELECT count(*)::int AS rows_of_others FROM ${table}`);
			if (isDenied(outcome))
				return held(session.evidence(), "A new table is closed to the application until it is granted.");
			if (isRefused(outcome)) return untested(`Reading was refused: ${outcome.message}`);
			return leaked(
				session.evidence(),
				`Default privileges open each new table in ${schema} to the application before it has a policy.`,
			);
		});
		if (found.result === "leaked") return found;
		verdict ??= found;
	}
	return verdict ?? untested("No role makes tables.");
}

/** Setting a counter back makes the next rows of all other tenants collide. To read it is among the limits. */
async function setBack({ target, subjects }: Scene, key: string, column: string): Promise<Verdict> {
	const subject = subjects.get(key);
	if (!subject) return untested("There are no rows of two tenants to tell apart.");
	return inSession(target, target.tenants[0] ?? null, async (session) => {
		const { rows } = await session.superuser(
			`SELECT pg_get_serial_sequence(${quoteLiteral(quoteName(subject.table))}, ${quoteLiteral(column)})::text AS sequence`,
		);
		const sequence = rows[0]?.sequence;
		if (typeof sequence !== "string") return untested("The counter belongs to no column.");
		const { rows: at } = await session.superuser(`SELECT last_value::text AS at, is_called FROM ${sequence}`);
		// To where it stands: a sequence isn't rolled back.
		const outcome = await session.attempt(
			`SELECT setval(${quoteLiteral(sequence)}, ${at[0]?.at}, ${at[0]?.is_called})::text AS set_to`,
		);
		if (isRefused(outcome))
			return held(
				session.evidence(),
				"The application may not set the counter. What its numbers tell is among the limits.",
			);
		return leaked(
			session.evidence(),
			`The application may set the counter of ${key}.${column}: set back, the next rows of every tenant collide.`,
		);
	});
}
