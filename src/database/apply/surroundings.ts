import { quoteIdentifier } from "../../core/emit/identifier";
import type { Session } from "../engine";
import { sqlStateOf } from "../engine";
import type { ServerGuard } from "./apply";
import { PLATFORM_GRANTS, type Platform } from "./platform";

/** Makes a platform's surroundings. Roles that are there already are left as they are. */
export async function makePlatform(session: Session, platform: Platform, guard?: ServerGuard): Promise<void> {
	const make = async () => {
		const { rows } = await session.query("SELECT rolname AS name FROM pg_roles");
		const there = new Set(rows.map(({ name }) => name));
		for (const { name, attributes } of platform.roles)
			if (!there.has(name)) await session.query(`CREATE ROLE ${quoteIdentifier(name)} ${attributes}`);
	};
	await (guard ? guard(make, false) : make());
	await session.query(platform.sql);
	for (const { name, schema } of platform.extensions)
		try {
			await session.query(`CREATE EXTENSION ${quoteIdentifier(name)} WITH SCHEMA ${quoteIdentifier(schema)}`);
		} catch (error) {
			// Not to be had here: a statement that needs it is refused, and listed.
			if (sqlStateOf(error) === null) throw error;
		}
	await session.query(platform.afterwards);
	await session.query(PLATFORM_GRANTS);
}
