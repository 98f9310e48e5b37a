import type { Analyzer, DatabaseAnalysis } from "../../../src/core/analyze";
import type { Step } from "../../../src/core/emit/step";
import type { Fix } from "../../../src/core/fix/fix";
import { applyEdits } from "../../../src/core/text/edit";
import type { Kind, SourceFile } from "../../../src/core/workspace/database";

export const NOW = "2025-03-04T05:06:07.089Z";

const FIRST = "CREATE TABLE public.organizations (id uuid PRIMARY KEY);";
const SECOND =
	"CREATE TABLE public.orders (\n\tid uuid PRIMARY KEY,\n\torganization_id uuid NOT NULL REFERENCES public.organizations (id),\n\ttotal int NOT NULL\n);";
const JOURNAL = {
	version: "7",
	dialect: "postgresql",
	entries: [
		{ idx: 0, version: "7", when: 1700000000000, tag: "0000_first", breakpoints: true },
		{ idx: 1, version: "7", when: 1700000000001, tag: "0001_second", breakpoints: true },
	],
};
const PLAN = `%syntax-version=1.0.0
%project=shop

first 2024-01-01T00:00:00Z A Person <a@example.com> # First
second [first] 2024-01-02T00:00:00Z A Person <a@example.com> # Second
`;

/** A workspace of each kind, in which the tables of a small shop are made by two migrations where there are migrations. */
export const WORKSPACES: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
	supabase: {
		"supabase/config.toml": "",
		"supabase/migrations/20240101000000_first.sql": `${FIRST}\n`,
		"supabase/migrations/20240102000000_second.sql": `${SECOND}\n`,
	},
	prisma: {
		"prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
		"prisma/migrations/0_init/migration.sql": `${FIRST}\n`,
		"prisma/migrations/20240102000000_second/migration.sql": `${SECOND}\n`,
	},
	drizzle: {
		"drizzle/meta/_journal.json": JSON.stringify(JOURNAL, null, 2),
		"drizzle/0000_first.sql": `${FIRST}\n`,
		"drizzle/0001_second.sql": `${SECOND}\n`,
	},
	flyway: { "db/migration/V1__first.sql": `${FIRST}\n`, "db/migration/V1.1__second.sql": `${SECOND}\n` },
	"golang-migrate": {
		"migrations/000001_first.up.sql": `${FIRST}\n`,
		"migrations/000001_first.down.sql": "DROP TABLE organizations;\n",
		"migrations/000002_second.up.sql": `${SECOND}\n`,
		"migrations/000002_second.down.sql": "DROP TABLE orders;\n",
	},
	goose: {
		"migrations/00001_first.sql": `-- +goose Up\n${FIRST}\n\n-- +goose Down\nDROP TABLE organizations;\n`,
		"migrations/00002_second.sql": `-- +goose Up\n${SECOND}\n\n-- +goose Down\nDROP TABLE orders;\n`,
	},
	dbmate: {
		"db/migrations/20240101000000_first.sql": `-- migrate:up\n${FIRST}\n\n-- migrate:down\nDROP TABLE organizations;\n`,
		"db/migrations/20240102000000_second.sql": `-- migrate:up\n${SECOND}\n\n-- migrate:down\nDROP TABLE orders;\n`,
	},
	sqitch: {
		"sqitch.plan": PLAN,
		"sqitch.conf": '[core]\n\tengine = pg\n\ttop_dir = "sql"\n',
		"sql/deploy/first.sql": `BEGIN;\n${FIRST}\nCOMMIT;\n`,
		"sql/revert/first.sql": "DROP TABLE organizations;\n",
		"sql/deploy/second.sql": `BEGIN;\n${SECOND}\nCOMMIT;\n`,
	},
	atlas: {
		"migrations/atlas.sum": "h1:x\n",
		"migrations/20240101000000.sql": `${FIRST}\n`,
		"migrations/20240102000000.sql": `${SECOND}\n`,
	},
	"node-pg-migrate": {
		"migrations/1700000000000_first.sql": `-- Up Migration\n${FIRST}\n\n-- Down Migration\nDROP TABLE organizations;\n`,
		"migrations/1700000000001_second.sql": `-- Up Migration\n${SECOND}\n\n-- Down Migration\nDROP TABLE orders;\n`,
	},
	"rails-structure": {
		"db/structure.sql": `${FIRST}\n${SECOND}\n\n--\n-- PostgreSQL database dump complete\n--\n\nSET search_path TO "$user", public;\n\nINSERT INTO "schema_migrations" (version) VALUES\n('20240102000000'),\n('20240101000000');\n\n`,
	},
	ordered: { "sql/001-first.sql": `${FIRST}\n`, "sql/002-second.sql": `${SECOND}\n` },
	declarative: { "schema.sql": `${FIRST}\n${SECOND}\n` },
};

export const CHECK: Step = {
	sql: "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID",
	phase: "prepare",
	declared: "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0)",
	down: "ALTER TABLE public.orders DROP CONSTRAINT orders_total_check",
	table: "public.orders",
	why: "No order costs less than nothing.",
};
export const VALIDATE: Step = {
	sql: "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check",
	phase: "finish",
	declared: null,
	down: null,
	table: "public.orders",
};
export const INDEX: Step = {
	sql: "CREATE INDEX CONCURRENTLY orders_organization_id_idx ON public.orders (organization_id)",
	phase: "outside",
	inTransaction: "CREATE INDEX orders_organization_id_idx ON public.orders (organization_id)",
	down: "DROP INDEX CONCURRENTLY public.orders_organization_id_idx",
	table: "public.orders",
};
export const SECOND_INDEX: Step = {
	sql: "CREATE INDEX CONCURRENTLY orders_total_idx ON public.orders (total)",
	phase: "outside",
	inTransaction: "CREATE INDEX orders_total_idx ON public.orders (total)",
	down: "DROP INDEX CONCURRENTLY public.orders_total_idx",
	table: "public.orders",
};
export const RLS: Step = {
	sql: "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY",
	phase: "finish",
	down: "ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY",
	table: "public.orders",
};
export const ALL = [CHECK, INDEX, SECOND_INDEX, VALIDATE, RLS];

export function sources(files: Readonly<Record<string, string>>): SourceFile[] {
	return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** The files after a fix; an edit of a file that isn't there, or a new file that is, is a mistake. */
export function applied(files: readonly SourceFile[], { edits, newFiles }: Fix): SourceFile[] {
	for (const { file } of edits)
		if (!files.some(({ path }) => path === file)) throw new Error(`There is no file ${file} to edit`);
	for (const { path } of newFiles)
		if (files.some((file) => file.path === path)) throw new Error(`${path} is there already`);
	const edited = files.map(({ path, text }) => ({
		path,
		text: applyEdits(
			text,
			edits.filter(({ file }) => file === path),
		),
	}));
	return [...edited, ...newFiles];
}

/** The one database that the files are. */
export function only(analyzer: Analyzer, files: readonly SourceFile[]): DatabaseAnalysis {
	const { databases } = analyzer.analyze(files, null);
	const [database] = databases;
	if (database === undefined || databases.length > 1)
		throw new Error(`These are ${databases.length} databases: ${databases.map(({ path }) => path).join(", ")}`);
	return database;
}
