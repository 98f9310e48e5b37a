import { quoteIdentifier, quoteName } from "../../core/emit/identifier";
import type { Attack, Scene, Subject, Verdict } from "./scene";
import { inSession, type Session } from "./session";
import type { FilledTenant, Target } from "./target";
import { played } from "./tries";
import { held, isDenied, isRefused, leaked, numberOf, rowsOf, said, untested } from "./verdict";
import { note, noted } from "./whose";

/** Reads rows of others. */
export function readAttacks({ target, subjects }: Scene): Attack[] {
	return [...subjects.values()].flatMap((subject) => [
		{ table: subject.key, attack: "read", run: () => played(() => read(target, subject)) },
		{ table: subject.key, attack: "copy", run: () => played(() => copy(target, subject)) },
		{ table: subject.key, attack: "returning", run: () => played(() => returning(target, subject)) },
	]);
}

const bound = ({ tenants }: Target) => tenants[0] as FilledTenant;

/** Reads as a tenant, once for each table: other attacks ask whether anything was to be seen at all. */
export function read(target: Target, subject: Subject): Promise<Verdict> {
	const verdict = known.get(subject) ?? tryRead(target, subject);
	known.set(subject, verdict);
	return verdict;
}

const known = new WeakMap<Subject, Promise<Verdict>>();

/** How many of the noted rows the application sees. Columns that it may read make do where the whole row is closed to it. */
export async function seen(session: Session, { table, facts }: Subject, which: "own" | "theirs") {
	const name = quoteName(table);
	const outcome = await session.attempt(
		`SELECT count(*)::int AS rows_${which === "own" ? "of_its_own" : "of_others"} FROM ${name} WHERE ${noted(which)}`,
	);
	if (!isDenied(outcome) || !facts.columns.some(({ maySelect }) => maySelect)) return outcome;
	const columns = facts.columns
		.filter(({ maySelect }) => maySelect)
		.map(({ name }) => `${quoteIdentifier(name)}::text`);
	const values = `ROW(${columns.join(", ")})::text`;
	// As the superuser sees them: what only rows of others hold.
	const other = which === "own" ? "theirs" : "own";
	await session.superuser(
		`CREATE TEMP TABLE tenancy_values_${which} AS SELECT ${values} AS value FROM ${name} WHERE ${noted(which)} EXCEPT SELECT ${values} FROM ${name} WHERE ${noted(other)}`,
	);
	await session.superuser(`GRANT SELECT ON pg_temp.tenancy_values_${which} TO PUBLIC`);
	return session.attempt(
		`SELECT count(*)::int AS rows_${which === "own" ? "of_its_own" : "of_others"} FROM ${name} WHERE ${values} IN (SELECT value FROM pg_temp.tenancy_values_${which})`,
	);
}

async function tryRead(target: Target, subject: Subject): Promise<Verdict> {
	return inSession(target, bound(target), async (session) => {
		await note(session, subject.table, subject.whose);
		const outcome = await seen(session, subject, "theirs");
		if (isDenied(outcome)) return held(session.evidence(), "The application has no right to read it.");
		if (isRefused(outcome)) return untested(`Reading was refused for another reason than isolation. ${said(outcome)}`);
		const theirs = numberOf(outcome);
		if (theirs > 0)
			return leaked(
				session.evidence(),
				`Bound to its own tenant, the application reads ${rowsOf(theirs)} of other tenants in ${subject.key}.`,
			);
		return ownSeen(session, subject);
	});
}

/** No row of others was seen: that says something where the application's own rows are seen by the same means. */
async function ownSeen(session: Session, subject: Subject): Promise<Verdict> {
	const control = await seen(session, subject, "own");
	if (!isRefused(control) && numberOf(control) > 0)
		return held(session.evidence(), "It sees its own rows, and none of another tenant.");
	if (subject.facts.closed.includes("select"))
		return held(session.evidence(), "No policy lets the application read any row.");
	return untested("The application sees no rows of its own either, so nothing was proved.");
}

/** COPY … TO STDOUT gives what SELECT gives, by a way that filters in the application don't see. */
async function copy(target: Target, subject: Subject): Promise<Verdict> {
	const name = quoteName(subject.table);
	return inSession(target, bound(target), async (session) => {
		await note(session, subject.table, subject.whose);
		const { rows } = await session.superuser(
			`SELECT count(*)::int AS rows_not_of_others FROM ${name} WHERE NOT ${noted("theirs")}`,
		);
		const rest = Number(rows[0]?.rows_not_of_others);
		// A partitioned table is copied by a query. https://www.postgresql.org/docs/current/sql-copy.html
		const source = subject.table.kind === "table" ? name : `(SELECT * FROM ${name})`;
		const outcome = await session.attempt(`COPY ${source} TO STDOUT`);
		if (isDenied(outcome)) return held(session.evidence(), "The application has no right to read the whole table.");
		if (isRefused(outcome)) return untested(`Copying was refused for another reason than isolation. ${said(outcome)}`);
		if (outcome.count > rest)
			return leaked(
				session.evidence(),
				`COPY gives the application ${rowsOf(outcome.count)}, of which ${rest} at most are not another tenant's.`,
			);
		const visible = await seen(session, subject, "theirs");
		if (!isRefused(visible) && numberOf(visible) > 0) return untested("COPY gave rows, and it can't be told whose.");
		return ownSeen(session, subject);
	});
}

/** RETURNING shows what a write reached, whatever may be read. */
async function returning(target: Target, subject: Subject): Promise<Verdict> {
	const name = quoteName(subject.table);
	return inSession(target, bound(target), async (session) => {
		for (const { schema, name: child } of subject.facts.referencedBy.filter(
			(each) => `${each.schema}.${each.name}` !== subject.key,
		)) {
			await session.superuser("SET LOCAL session_replication_role = replica");
			await session.superuser(`DELETE FROM ${quoteName({ schema, name: child })}`);
			await session.superuser("SET LOCAL session_replication_role = origin");
		}
		await note(session, subject.table, subject.whose);
		const outcome = await session.attempt(
			`WITH gone AS (DELETE FROM ${name} RETURNING tableoid, ctid) SELECT count(*) FILTER (WHERE ${noted("theirs")})::int AS rows_of_others, count(*)::int AS rows FROM gone`,
		);
		if (isDenied(outcome)) return held(session.evidence(), "The application has no right to delete and read rows.");
		if (isRefused(outcome)) return untested(`It was refused for another reason than isolation. ${said(outcome)}`);
		const theirs = numberOf(outcome);
		if (theirs > 0)
			return leaked(session.evidence(), `DELETE … RETURNING shows the application ${rowsOf(theirs)} of other tenants.`);
		if (Number(outcome.rows[0]?.rows) > 0)
			return held(session.evidence(), "It got its own rows back, and none of another tenant.");
		if (subject.facts.closed.includes("delete"))
			return held(session.evidence(), "No policy lets the application delete any row.");
		return untested("The application could not delete rows of its own either, so nothing was proved.");
	});
}
