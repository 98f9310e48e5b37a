import { quoteLiteral, quoteName } from "../../core/emit/identifier";
import { rowsWhere } from "../../core/implement/base/rows-of-tenant";
import type { QName, Table } from "../../core/schema/model";
import type { Engine } from "../engine";
import type { Session } from "./session";
import type { Target } from "./target";

/** The conditions that tell whose the rows of a table are. */
export interface Whose {
	/** Rows of the attacker's own tenant. */
	readonly own: string;
	/** Rows of any other tenant. Rows of nobody are in neither. */
	readonly theirs: string;
	/** Rows of the other tenants that were filled: a tenant that an attempt makes is none of them. */
	readonly known: string;
}

/** Null where nothing says whose the rows are, or the tenant has no key there. */
export function whose({ database: { model, tenancy }, tenants }: Target, table: Table): Whose | null {
	const [attacker, ...others] = tenants;
	const compare = (operator: "=" | "<>") =>
		rowsWhere(model, tenancy, table, (column, root) => {
			const key = attacker?.keys.get(root ?? "");
			return key === undefined ? null : `${column}::text ${operator} ${quoteLiteral(key)}`;
		});
	const [own, theirs] = [compare("="), compare("<>")];
	const known = rowsWhere(model, tenancy, table, (column, root) => {
		const keys = others.flatMap(({ keys: all }) => all.get(root ?? "") ?? []);
		return keys.length === 0 ? "false" : `${column}::text IN (${keys.map(quoteLiteral).join(", ")})`;
	});
	return own === null || theirs === null || known === null ? null : { own, theirs, known };
}

/** What an attempt did to rows of others and to the attacker's own. */
export interface Touched {
	/** Rows of others that are gone or changed. */
	readonly theirs: number;
	/** Rows that now belong to others and did not before. */
	readonly added: number;
	/** The attacker's own rows that are gone, changed or new. */
	readonly own: number;
}

type Noted = "own" | "theirs";

/** Where the superuser notes which rows are whose: any role may read it. */
const NOTES = "pg_temp.tenancy_rows";

/** Notes, as the superuser, which rows of a table are whose, as they stand. */
export async function note(session: Session, table: QName, of: Whose): Promise<void> {
	const rows = (whose: Noted) => `SELECT tableoid, ctid, '${whose}' FROM ${quoteName(table)} WHERE ${of[whose]}`;
	for (const sql of MAKE_NOTES) session.madeBefore(sql);
	await session.superuser(`INSERT INTO ${NOTES} ${rows("theirs")} UNION ALL ${rows("own")}`);
}

const MAKE_NOTES = [
	"CREATE TEMP TABLE tenancy_rows (relation oid, row tid, whose text)",
	`GRANT SELECT ON ${NOTES} TO PUBLIC`,
];

/** Makes room for notes, once for all attacks: what a transaction notes is gone with it. */
export async function makeNotes(engine: Engine): Promise<void> {
	for (const sql of MAKE_NOTES) await engine.query(sql);
}

export async function dropNotes(engine: Engine): Promise<void> {
	await engine.query(`DROP TABLE ${NOTES}`);
}

/** The condition, for whoever runs it, for the rows that were noted. */
export function noted(which: Noted): string {
	return `(tableoid, ctid) IN (SELECT relation, row FROM ${NOTES} WHERE whose = '${which}')`;
}

/** Compares, as the superuser, the table with what was noted. A changed row has another place: its old version is gone. */
export async function touched(session: Session, table: QName, of: Whose): Promise<Touched> {
	const name = quoteName(table);
	const gone = (which: Noted) =>
		`(SELECT count(*)::int FROM ${NOTES} WHERE whose = '${which}' AND (relation, row) NOT IN (SELECT tableoid, ctid FROM ${name}))`;
	const fresh = (which: Noted) => `(SELECT count(*)::int FROM ${name} WHERE (${of[which]}) AND NOT ${noted(which)})`;
	const { rows } = await session.superuser(
		`SELECT ${gone("theirs")} AS changed_of_others, ${fresh("theirs")} AS new_of_others, ${gone("own")} + ${fresh("own")} AS changed_of_own`,
	);
	const [row] = rows;
	return {
		theirs: Number(row?.changed_of_others),
		// What was changed and still belongs to others is counted once.
		added: Number(row?.new_of_others),
		own: Number(row?.changed_of_own),
	};
}
