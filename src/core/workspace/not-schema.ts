import { nameOf } from "./paths";

/** Folders of SQL that runs against a schema rather than makes it. */
const FOLDERS =
	/(?:^|\/)(?:seeds?|seeders?|queries|query|pgtap|rollbacks?|undo|downs?|drops?|revert|verify|snippets|benchmarks?|analyses|explain)\//i;
/** The same, made for tests. What else ends in `tests` may be what a product is about: `lab_tests/`. */
const TEST_FOLDERS =
	/(?:^|\/)(?:__(?:tests|fixtures|mocks)__|(?:(?:integration|unit|e2e)[-_])?tests?|specs?|fixtures?|(?:[^/]*[-_])?test[-_]?data|test[-_]?(?:utils?|helpers?)|stubs?|mocks?)\//i;
const NAMES =
	/^(?:seeds?|fixtures?|queries|query|sample[-_]?data|test[-_]?data|rollback|teardown|cleanup)(?:[._-].*)?\.sql$|[._-](?:test|spec|seeds?|queries|rollback)\.sql$/i;
/** Other products' SQL, by the folder names that multi-database projects use: `sqlite/`, `migrations_sqlite/`. */
const DIALECTS =
	/(?:^|[/_.-])(?:mysql|maria(?:db)?|sqlite3?|mssql|sqlserver|sql-server|oracle|clickhouse|h2|hsqldb|derby|db2|snowflake|bigquery|redshift|cassandra|tidb|d1|duckdb|spanner)\//i;
/** The same in a file's name: `0001_users.mysql.up.sql`, `schema-sqlite.sql`. Shorter names mean other things there. */
const DIALECT_FILES =
	/(?:^|[._-])(?:mysql|mariadb|sqlite3?|mssql|sqlserver|hsqldb|clickhouse)(?:\.(?:autocommit|up|down))*\.sql$/i;

/** What CREATE EXTENSION and ALTER EXTENSION run: `name--1.2.sql`, `name--1.1--1.2.sql`. https://www.postgresql.org/docs/current/extend-extensions.html */
const EXTENSION_SCRIPT = /^[a-z_][\w-]*?--\d(?:[\w.]|-(?!-))*(?:--\d(?:[\w.]|-(?!-))*)?\.sql$/i;

/** Whether the path says that the file holds queries, seeds, tests, an extension's insides or what undoes a migration. */
export function isNotSchema(path: string): boolean {
	const name = nameOf(path);
	return (
		FOLDERS.test(path) || TEST_FOLDERS.test(path) || NAMES.test(name) || EXTENSION_SCRIPT.test(name) || isDownPart(path)
	);
}

/** Whether the path says that a folder's databases are made for tests. */
export function isTestMaterial(folder: string): boolean {
	return TEST_FOLDERS.test(`${folder}/`);
}

/** Whether the path says that the file is the way back of a migration. */
export function isDownPart(path: string): boolean {
	return (
		/(?:^|[._-])(?:down|undo|rollback|revert)(?:[._-][^/]*)?\.sql$/i.test(nameOf(path)) &&
		!/(?:^|[._-])up\.sql$/i.test(path)
	);
}

/** `1.20.0/`, `v2.3/`, `3.1.0_schema/`, `4.3.1.2.sql`: a release's own folder or file. */
const RELEASE = /(?:^|\/)v?\d+(?:\.\d+)+(?:\.sql$|(?:[_-][a-z]+)?\/)/i;
/** `app.1.2.to.1.3.sql`: from one release to another. */
const FROM_TO = /(?:^|[._-])v?\d+(?:\.\d+)*[._-]to[._-]v?\d+(?:\.\d+)*(?:[._-][^/]*)?\.sql$/i;

/** Whether the path says that the file belongs to one release of the product, as what upgrades to it does. */
export function isOfRelease(path: string): boolean {
	return RELEASE.test(path) || FROM_TO.test(nameOf(path));
}

/** Whether the path says that the file is for another product than PostgreSQL. */
export function isOtherDialect(path: string): boolean {
	return DIALECTS.test(path) || DIALECT_FILES.test(nameOf(path));
}
