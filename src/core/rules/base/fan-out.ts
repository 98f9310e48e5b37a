import type { SqlFile } from "../../sql/statement";
import type { Location } from "../../text/span";
import { migrationsOf } from "./migrations";
import type { RuleContext } from "./rule";

/** What is run once for each tenant's schema: functions and blocks that are given a schema, and folders of tenants' migrations. */

/** A body that puts a schema's name into its SQL. */
export interface FanOut {
	readonly name: string;
	readonly body: string;
	readonly location: Location;
}

/** `%I.` or `%1$I.`, or quote_ident(…) in front of a dot. */
const PER_SCHEMA = /%(\d+\$)?[Is]\.|quote_ident\s*\([^)]*\)\s*\|\|\s*'\./;
const CHANGES = /\b(create|alter|drop)\b/i;

/** Functions and DO blocks that change schemas whose names they are given. */
export function fanOuts({ model, files }: RuleContext): FanOut[] {
	const isFanOut = (body: string) => PER_SCHEMA.test(body) && CHANGES.test(body) && /\bexecute\b/i.test(body);
	const functions = [...model.functions.values()]
		.filter(({ body }) => isFanOut(body))
		.map(({ schema, name, body, location }) => ({ name: `${schema}.${name}`, body, location }));
	const blocks = files.flatMap(({ file, statements }) =>
		statements
			.filter(({ node, text }) => node !== null && "DoStmt" in node && isFanOut(text))
			.map(({ text, span }) => ({ name: "This block", body: text, location: { file, span } })),
	);
	return [...functions, ...blocks];
}

/** The string literals of a body: its dynamic SQL. */
export function literalsOf(body: string): string[] {
	return [...body.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => (text ?? "").replaceAll("''", "'"));
}

/** `migrations/tenant/0001_orders.sql`; a service that is called tenants has folders of its own below. */
const FOLDER = /(^|\/)(per[-_])?tenants?([-_](migrations|schemas?))?\/[^/]+$/i;

/** The migrations that a tool runs in each tenant's schema, by the folder that they stand in. */
export function tenantMigrations(context: RuleContext): SqlFile[] {
	if (context.tenancy.mode === "row") return [];
	return migrationsOf(context).filter(({ file }) => FOLDER.test(file));
}
