import type { Language } from "../query";

/**
 * What takes SQL as text: methods and functions of the drivers and ORMs that applications use with PostgreSQL, by name, as
 * reading can't tell an object's type. A string only counts if it begins as a statement, and is judged only if PostgreSQL
 * can parse it and it names tables of the workspace; so a name in the list too many does no harm.
 */
interface Drivers {
	readonly methods: ReadonlySet<string>;
	/** Give back what they are given, as SQL. */
	readonly wrappers: ReadonlySet<string>;
	/** Put their further arguments in where `%s` and the like stand. */
	readonly formats: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ""));

export const DRIVERS: Readonly<Record<Exclude<Language, "sql">, Drivers>> = {
	// node-postgres, Prisma, Drizzle, Knex, TypeORM, Sequelize, pg-promise, postgres.js, Slonik, Deno's postgres, pg-copy-streams.
	script: {
		methods:
			words(`query queryOne queryRow queryRows queryObject queryArray queryStream raw rawQuery execute executeSql exec
			executeRaw unsafe run all get each one oneOrNone oneFirst many manyOrNone manyFirst maybeOne maybeOneFirst any anyFirst
			exists none result multi multiResult prepare $queryRaw $queryRawUnsafe $executeRaw $executeRawUnsafe Cursor QueryStream
			exec_sql cursor stream values copyTo copyFrom`),
		wrappers: words("sql SQL raw dedent outdent stripIndent oneLine trim Prisma.sql Prisma.raw sql.raw"),
		formats: words("format pgFormat"),
	},
	// psycopg, asyncpg, SQLAlchemy, Django, databases, pandas.
	python: {
		methods:
			words(`execute executemany execute_sql execute_values execute_batch exec_driver_sql fetch fetchrow fetchval fetchone
			fetchmany fetch_one fetch_all fetch_val fetch_row fetch_iter fetch_df iterate cursor raw text mogrify copy copy_expert
			prepare scalar scalars stream read_sql read_sql_query read_sql_table RawSQL query query_one query_all run_query
			stream_scalars copy_from_query`),
		wrappers: words("text SQL sql.SQL sqlalchemy.text sa.text dedent textwrap.dedent cleandoc inspect.cleandoc RawSQL"),
		formats: words(""),
	},
	// database/sql, pgx, sqlx, GORM, Bun.
	go: {
		methods:
			words(`Query QueryRow QueryRows Exec QueryContext QueryRowContext ExecContext Queryx QueryRowx QueryxContext
			QueryRowxContext MustExec MustExecContext NamedExec NamedExecContext NamedQuery NamedQueryContext Get Select GetContext
			SelectContext Prepare PrepareContext Preparex PreparexContext PrepareNamed PrepareNamedContext Queue Raw NewRaw CopyTo
			CopyFrom QueryFunc Rebind`),
		wrappers: words("Rebind dedent.Dedent heredoc.Doc strings.TrimSpace"),
		formats: words("Sprintf"),
	},
	// Active Record, ruby-pg, Sequel.
	ruby: {
		methods: words(`execute exec_query exec_update exec_delete exec_insert exec exec_params async_exec async_exec_params
			exec_prepared query find_by_sql count_by_sql select_all select_one select_value select_values select_rows insert update
			delete fetch run with_sql prepare sync_exec sync_exec_params async_query copy_data send_query`),
		wrappers: words("sql Arel.sql sanitize_sql sanitize_sql_array sanitize_sql_for_conditions lit Sequel.lit"),
		formats: words("format sprintf"),
	},
};

/** Names of helpers around a driver, such as `runQuery`, `fetch_sql` and `executeOnce`. */
const HELPER =
	/(?:^|_)(?:query|sql|execute|exec)(?:_|$)|(?:Query|Sql|SQL|Execute|Exec)(?![a-z])|^(?:query|sql|execute|exec)[A-Z]/;
const NO_HELPER = /log|parse|format|print|build|explain|valid|escape|quote|split|token|assert|expect/i;

/** Whether a method or function of the name may run SQL. */
export function mayRun(name: string, { methods }: Pick<Drivers, "methods">): boolean {
	return methods.has(name) || (HELPER.test(name) && !NO_HELPER.test(name));
}

/** Tags of template literals whose text is SQL. */
export const TAGS: ReadonlySet<string> = words(
	"sql SQL Sql pgsql psql postgres $queryRaw $executeRaw queryArray queryObject query unsafe fragment raw execute",
);

/** Methods behind a string that leave its SQL what it is. */
export const HARMLESS_METHODS: ReadonlySet<string> = words(
	"trim trimStart trimEnd strip lstrip rstrip squish squish! strip_heredoc freeze chomp dedent to_s toString as bindparams",
);
