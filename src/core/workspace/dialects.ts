import type { SourceFile } from "./database";
import { scanDdl } from "./ddl-scan";

/** A word of a path that says that the file is for PostgreSQL: `postgresql/`, `app_pgsql.sql`. */
const POSTGRES = /(?<![a-z\d])(?:postgres(?:ql)?|pgsql|psql|pg)(?![a-z\d])/gi;

/** The same for other products, those that are built on PostgreSQL among them. Many mean other things elsewhere. */
const OTHERS =
	/(?<![a-z\d])(?:mysql|mariadb|sqlite|mssql|sqlserver|oracle|h2|hsql(?:db)?|derby|db2|sybase|firebird|informix|hana|clickhouse|cockroach(?:db)?|tidb|oceanbase|opengauss|gauss(?:db)?|kingbase|highgo|dm)\d*(?![a-z\d])/gi;

/**
 * Tells paths that name another product in the very place where another path names PostgreSQL: `sql/dm/` beside
 * `sql/postgresql/`, `app_h2.sql` beside `app_postgresql.sql`. A product that runs on several has its schema once for each.
 */
export function besidePostgres(paths: readonly string[]): (path: string) => boolean {
	const places = new Set(paths.flatMap((path) => placesOf(path, POSTGRES)));
	return (path) => placesOf(path, OTHERS).some((place) => places.has(place));
}

/** What stands before each such word. */
function placesOf(path: string, words: RegExp): string[] {
	return [...path.matchAll(words)].map(({ index }) => path.slice(0, index));
}

/** What CREATE TABLE has in MySQL, ClickHouse and SQLite, and PostgreSQL's grammar knows nowhere; backticks around names, too. */
const NOT_POSTGRES = /\)\s*ENGINE\s*=|\bAUTO_?INCREMENT\b|^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`/im;

/** Whether most of the files that create tables are written for another product, whatever their folder is called. */
export function isWrittenForOther(files: readonly SourceFile[]): boolean {
	const creating = files.filter((file) => scanDdl(file).tables.size > 0 || isNotPostgres(file));
	return creating.filter(isNotPostgres).length * 2 > creating.length;
}

const judged = new WeakMap<SourceFile, boolean>();

function isNotPostgres(file: SourceFile): boolean {
	const is = judged.get(file) ?? NOT_POSTGRES.test(file.text);
	judged.set(file, is);
	return is;
}
