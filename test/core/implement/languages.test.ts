import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { blueprintOf } from "../../../src/core/implement/blueprint";
import { GENERATORS } from "../../../src/core/implement/generate";
import { createSqlReader } from "../../../src/core/sql/reader";
import { answersSchema } from "../../../src/core/tenancy/answers";

/** What is generated beside SQL is checked by its own language, without running it. */

const root = resolve(import.meta.dirname, "../../..");
const reader = await createSqlReader();
const answers = answersSchema.parse({ tenants: { now: 40, inTwoYears: 2000 } });
const starter = blueprintOf(answers, null, () => createAnalyzer(reader));
const files = new Map<string, string>(
	Object.entries(GENERATORS).flatMap(([strategy, generate]) =>
		generate(starter).map(({ path, text }) => [`${strategy}/${path}`, text] as const),
	),
);

// Inside the project, so that imports find its packages.
mkdirSync(join(root, ".cache"), { recursive: true });
const folder = mkdtempSync(join(root, ".cache", "languages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ending = (...endings: string[]) => [...files.keys()].filter((path) => endings.some((end) => path.endsWith(end)));

/** Writes files of the generated ones and returns where they are. */
function written(paths: readonly string[], textOf = (path: string) => files.get(path) ?? ""): string[] {
	return paths.map((path) => {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, textOf(path));
		return file;
	});
}

/** What the compiler says of them, strictly. */
function typeErrors(paths: readonly string[]): string {
	const options =
		"--noEmit --strict --noUncheckedIndexedAccess --skipLibCheck --ignoreConfig --allowJs --checkJs --target es2022 --module nodenext --types node";
	const tsc = join(root, "node_modules/typescript/bin/tsc");
	return spawnSync(process.execPath, [tsc, ...options.split(" "), ...paths], { encoding: "utf8" }).stdout;
}

/** Prisma's client is generated for a schema; there is no package to check against. */
const GENERATED_CLIENT = "bindings/prisma.ts";
const typed = ending(".ts", ".mjs").filter((path) => !path.endsWith(GENERATED_CLIENT));

it("there is a snippet for each client", () => {
	const names = [...files.keys()].flatMap((path) => /^row\/bindings\/([^.]*)\./.exec(path)?.[1] ?? []);
	expect(names).toEqual(
		"pg prisma drizzle knex typeorm kysely README sqlalchemy_tenant django_tenant rails_tenant pgx_tenant".split(" "),
	);
});

it("TypeScript and JavaScript are right by the types of pg, Drizzle, Knex, TypeORM and Kysely", () => {
	expect(typed).toEqual(
		expect.arrayContaining([
			...["pg", "drizzle", "knex", "typeorm", "kysely"].map((client) => `row/bindings/${client}.ts`),
			"hybrid/router/router.ts",
			"schema/schema/binding.pg.mjs",
		]),
	);
	expect(typeErrors(written(typed))).toBe("");
});

it("for Prisma, by types that say what its documentation says", () => {
	const types = `declare module "@prisma/client" {
	export namespace Prisma { interface TransactionClient { $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>; } }
	export interface PrismaClient { $transaction<R>(work: (tx: Prisma.TransactionClient) => Promise<R>): Promise<R>; }
}`;
	writeFileSync(join(folder, "prisma.d.ts"), types);
	expect(typeErrors([join(folder, "prisma.d.ts"), ...written([`row/${GENERATED_CLIENT}`])])).toBe("");
});

/** Something that each client doesn't have. */
const MISTAKES: readonly (readonly [path: string, right: string, wrong: string])[] = [
	["row/bindings/pg.ts", "client.release(", "client.giveBack("],
	["row/bindings/drizzle.ts", "tx.execute(", "tx.executes("],
	["row/bindings/knex.ts", "trx.raw(", "trx.rawSql("],
	["row/bindings/typeorm.ts", "manager.query(", "manager.select("],
	["row/bindings/kysely.ts", ".execute(trx)", ".execute()"],
	["hybrid/router/router.ts", "pool.connect()", "pool.connects()"],
	["schema/schema/binding.pg.mjs", "client.release()", "client.giveBack()"],
];

it("a mistake in any of them would be seen", () => {
	const broken = new Map(MISTAKES.map(([path, right, wrong]) => [path, files.get(path)?.replace(right, wrong) ?? ""]));
	for (const [path, text] of broken) expect(text, path).not.toBe(files.get(path));
	const said = typeErrors(written([...broken.keys()], (path) => broken.get(path) ?? ""));
	for (const path of broken.keys()) expect(said).toContain(`${path}(`);
});

/** Programs that read a file of their language without running it. */
const CHECKERS = [
	{
		end: ".py",
		program: "python3",
		args: ["-c", "import ast, sys; [ast.parse(open(path).read()) for path in sys.argv[1:]]"],
		mistake: "def (:\n",
	},
	{ end: ".rb", program: "ruby", args: ["-c"], mistake: "def (\n" },
	{ end: ".go", program: "gofmt", args: ["-e", "-l"], mistake: "func (\n" },
	{ end: ".sh", program: "shellcheck", args: ["--severity=warning", "--external-sources"], mistake: "if true\n" },
];

for (const { end, program, args, mistake } of CHECKERS) {
	const isInstalled = spawnSync(program, ["--version"]).error === undefined;
	const check = (paths: readonly string[]) => {
		const { status, stdout, stderr } = spawnSync(program, [...args, ...paths], { encoding: "utf8", cwd: folder });
		return status === 0 ? stdout : `${stdout}${stderr}` || "wrong";
	};

	const title = isInstalled
		? `${end} is right by ${program}, which would see a mistake`
		: `${end} is there, but NOT checked: ${program} is not installed`;
	it(title, () => {
		const own = ending(end);
		expect(own.length).toBeGreaterThan(0);
		if (!isInstalled) return;
		expect(check(written(own))).toBe("");
		expect(check(written([`mistake${end}`], () => mistake))).not.toBe("");
	});
}
