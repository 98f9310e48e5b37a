import { isDownPart, isOtherDialect, isTestMaterial } from "../workspace/not-schema";
import { folderOf, isWithin, nameOf } from "../workspace/paths";
import { languageOf } from "./languages";

/** What others wrote, what a build made, and what a package manager brought. */
const NEVER =
	/(?:^|\/)(?:node_modules|bower_components|vendor|dist|build|out|target|coverage|\.git|\.hg|\.svn|\.next|\.nuxt|\.venv|venv|site-packages|__pycache__|\.cache)\//;
/** Changes of the schema and its first rows, which are made for all tenants at once. */
const NOT_THE_APPLICATION =
	/(?:^|\/)(?:(?:\w+[_-])?migrations?|migrate|backfills?|seeds?|seeders?|rollbacks?|undo|downs?|revert|verify|pgtap|benchmarks?)\//i;
const TEST_NAMES =
	/(?:[._-](?:test|tests|spec|e2e|bench|stories)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|_test\.go$|_(?:test|spec)\.rb$|\.min\.[cm]?js$|\.d\.[cm]?ts$)/i;
/** What is named by its place in an order, or the time that it was made: a change of the schema or of its rows. `V` as Flyway has it. */
const NUMBERED = /^(?:(?:[\w.]*[._-])?\d{8,17}[._-]|\d{3,6}[_-]|[VUR][\d._]*__)/;
/** The text of a view or function, as Scenic and Fx keep them: `active_users_v02.sql`. */
const DEFINITION = /(?:^|\/)(?:views|functions|triggers)\/\w+_v\d+\.sql$/i;
const NOT_QUERIES =
	/^(?:seeds?|fixtures?|sample[-_]?data|test[-_]?data|rollback|teardown|cleanup)(?:[._-].*)?\.\w+$|[._-](?:test|spec|seeds?|rollback)\.sql$/i;

/**
 * Whether a file may hold the application's queries, by its path: SQL files that are no part of a database, and programs, but no
 * tests, migrations or other people's code.
 *
 * @param around the folder that somebody asked for; what stands in its own path doesn't count
 */
export function isQuerySource(path: string, around = ""): boolean {
	if (languageOf(path) === null) return false;
	const own = isWithin(path, around) && around !== "" ? path.slice(around.length + 1) : path;
	return !(
		NEVER.test(own) ||
		NOT_THE_APPLICATION.test(own) ||
		isTestMaterial(folderOf(own)) ||
		TEST_NAMES.test(own) ||
		NOT_QUERIES.test(nameOf(own)) ||
		NUMBERED.test(nameOf(own)) ||
		DEFINITION.test(own) ||
		isOtherDialect(own) ||
		(own.endsWith(".sql") && isDownPart(own))
	);
}
