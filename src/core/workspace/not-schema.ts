import { nameOf } from "./paths";

/** Folders of SQL that runs against a schema rather than makes it. */
const FOLDERS =
	/(?:^|\/)(?:__tests__|tests?|specs?|fixtures?|testdata|seeds?|seeders?|queries|query|pgtap|rollbacks?|undo|downs?|revert|verify|snippets|benchmarks?|analyses|explain)\//i;
const NAMES =
	/^(?:seeds?|fixtures?|queries|query|sample[-_]?data|test[-_]?data|rollback|teardown|cleanup)(?:[._-].*)?\.sql$|[._-](?:test|spec|seeds?|queries|rollback)\.sql$/i;
/** Other products' SQL, by the folder names that multi-database projects use. */
const DIALECTS =
	/(?:^|\/)(?:mysql|mariadb|sqlite3?|mssql|sqlserver|sql-server|oracle|clickhouse|h2|hsqldb|derby|db2|snowflake|bigquery|redshift|cassandra|tidb|d1|duckdb|spanner)\//i;

/** Whether the path says that the file holds queries, seeds, tests or what undoes a migration. */
export function isNotSchema(path: string): boolean {
	return FOLDERS.test(path) || NAMES.test(nameOf(path)) || isDownPart(path);
}

/** Whether the path says that the file is the way back of a migration. */
export function isDownPart(path: string): boolean {
	return (
		/(?:^|[._-])(?:down|undo|rollback|revert)(?:[._-][^/]*)?\.sql$/i.test(nameOf(path)) &&
		!/(?:^|[._-])up\.sql$/i.test(path)
	);
}

/** Whether the path says that the file is for another product than PostgreSQL. */
export function isOtherDialect(path: string): boolean {
	return DIALECTS.test(path);
}
