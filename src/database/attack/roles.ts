import { quoteIdentifier, quoteLiteral, quoteName, quoteRole } from "../../core/emit/identifier";
import type { Attack, Scene, Subject, Verdict } from "./scene";
import { inSession, type Session } from "./session";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, rowsOf, untested } from "./verdict";

/** Becomes other roles, and waits for tables and counters that nobody thought of. */
export async function roleAttacks(scene: Scene): Promise<Attack[]> {
	const { target, relations, subjects } = scene;
	// Whom the files name and it may not become is refused, which is worth to be shown.
	const named = [...target.database.model.roles.keys()].map((name) => ` OR r.rolname = ${quoteLiteral(name)}`).join("");
	const { rows } = await target.engine.query(
		`SELECT r.rolname AS role, r.rolsuper OR r.rolbypassrls AS unbound FROM pg_roles r JOIN pg_roles me ON me.rolname = ${quoteLiteral(target.role)}
WHERE r.oid <> me.oid AND NOT me.rolsuper AND (pg_has_role(me.oid, r.oid, 'MEMBER')${named}) ORDER BY 1`,
	);
	const roles = rows.map(({ role, unbound }) => ({ name: String(role), unbound: unbound === true }));
	const schemas = [...new Set([...subjects.keys()].map((key) => relations.get(key)?.schema ?? "public"))];
	const identities = [...subjects.values()].flatMap(({ key, table }) =>
		table.columns
			.filter(({ identity, default: value }) => identity !== null || /^nextval\(/i.test(value ?? ""))
			.map(({ name }) => ({ key, table, column: name })),
	);
	return [
		{ table: target.role, attack: "set-role", run: () => played(() => asItself(scene)) },
		...roles.map(
			(role): Attack => ({ table: role.name, attack: "set-role", run: () => played(() => become(scene, role)) }),
		),
		...schemas.map(
			(schema): Attack => ({ table: schema, attack: "later-table", run: () => laterTable(scene, schema) }),
		),
		...identities.map(
			({ key, column }): Attack => ({ table: key, attack: "sequence", run: () => setBack(scene, key, column) }),
		),
	];
}

interface Role {
	readonly name: string;
	/** Policies don't bind it: it has BYPASSRLS, or is a superuser. */
	readonly unbound: boolean;
}

/** Becomes another role that the application is a member of, and reads what that may. */
async function become({ target, subjects }: Scene, { name, unbound }: Role): Promise<Verdict> {
	return inSession(target, target.tenants[0] ?? null, async (session) => {
		// SET ROLE asks who logged in, not who is played.
		await session.superuser(`SET LOCAL SESSION AUTHORIZATION ${quoteRole(target.role)}`);
		const became = await session.attempt(`SET LOCAL ROLE ${quoteRole(name)}`);
		if (isRefused(became)) return held(session.evidence(), `The application may not become ${name}.`);
		const found = await readAll(session, subjects.values(), true);
		if (!found) return held(session.evidence(), `As ${name} the application sees no rows of other tenants either.`);
		return {
			...leaked(
				session.evidence(),
				`The application may become ${name}, which ${found.how} ${rowsOf(found.count)} of other tenants in ${found.key}.`,
			),
			about: { tables: [found.key], rules: unbound ? ["role-bypasses-rls"] : ["role-owns-tables"] },
		};
	});
}

/** Tries to be the superuser, then what it may do without being anybody else: an owner may take the policies off its tables. */
async function asItself({ target, subjects }: Scene): Promise<Verdict> {
	const { rows } = await target.engine.query("SELECT current_user AS superuser");
	const superuser = String(rows[0]?.superuser);
	return inSession(target, target.tenants[0] ?? null, async (session) => {
		await session.superuser(`SET LOCAL SESSION AUTHORIZATION ${quoteRole(target.role)}`);
		const became = await session.attempt(`SET LOCAL ROLE ${quoteRole(superuser)}`);
		const isSuper = !isRefused(became);
		const found = await readAll(session, subjects.values(), isSuper);
		if (!found)
			return held(
				session.evidence(),
				`The application may not become ${superuser}, nor take the policies off a table.`,
			);
		return {
			...leaked(
				session.evidence(),
				isSuper
					? `The application may become ${superuser}, which ${found.how} ${rowsOf(found.count)} of other tenants in ${found.key}.`
					: `By its own rights the application ${found.how} ${rowsOf(found.count)} of other tenants in ${found.key}.`,
			),
			about: { tables: [found.key], rules: isSuper ? ["role-bypasses-rls"] : ["role-owns-tables"] },
		};
	});
}

/**
 * Rows of others that whoever the session now is reads.
 *
 * @param asIs before it takes the policies off, too
 */
async function readAll(
	session: Session,
	subjects: Iterable<Subject>,
	asIs: boolean,
): Promise<{ readonly key: string; readonly count: number; readonly how: string } | null> {
	for (const { table, whose, key } of subjects) {
		const name = quoteName(table);
		const read = () => session.attempt(`SELECT count(*)::int AS rows_of_others FROM ${name} WHERE ${whose.theirs}`);
		const outcome = asIs ? await read() : null;
		if (outcome && !isRefused(outcome) && numberOf(outcome) > 0) return { key, count: numberOf(outcome), how: "reads" };
		if (!table.rls.enabled || isRefused(await session.attempt(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`)))
			continue;
		const open = await read();
		if (!isRefused(open) && numberOf(open) > 0)
			return { key, count: numberOf(open), how: "takes the policies off the table and then reads" };
	}
	return null;
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
		const { rows: at } = await session.superuser(
			`SELECT last_value::text AS at, is_called::text AS is_called FROM ${sequence}`,
		);
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
