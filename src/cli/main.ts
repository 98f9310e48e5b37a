import nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../../package.json";
import { SCOPES } from "../core/tenancy/scope";
import type { CheckOptions } from "./commands/check";
import type { DiagramOptions } from "./commands/diagram";
import type { FixOptions } from "./commands/fix";
import type { ModelOptions } from "./commands/model";
import type { PlanOptions } from "./commands/plan";
import type { ProveOptions } from "./commands/prove";
import { EXIT, isFailure } from "./failure";
import { FAIL_ON, FORMATS } from "./formats";
import { createOutput, endQuietlyOnClosedPipe, type Output, visible } from "./output";

const PATHS = "files, folders or globs of PostgreSQL SQL (default: the current folder)";
const EXIT_CODES = `
Exit codes:
  0  fine
  1  findings at or above --fail-on, a leak proved
  2  wrong usage, unreadable input, answers or configuration, no SQL found, a database server that can't be used
Broken SQL is a finding, not exit code 2: it is reported, and the rest goes on.
Paths in the output are relative to the current folder.`;

function createProgram(): Command {
	const program = new Command("tenancy")
		.description(
			"See whose data every PostgreSQL table holds, and prove that tenants can't reach each other's: reads SQL files, never your data.",
		)
		.version(version)
		.option("--quiet", "print only results and errors")
		.option("--no-color", "print without colours (NO_COLOR does the same)")
		.exitOverride()
		.showHelpAfterError("(--help shows the usage)")
		.addHelpText(
			"after",
			`\nExamples:\n  tenancy model\n  tenancy check supabase/migrations --format github\n  tenancy diagram db/structure.sql --out tenancy.html\n${EXIT_CODES}`,
		);

	const command = (name: string, description: string, examples: string): Command =>
		program
			.command(name)
			.description(description)
			.argument("[paths...]", PATHS)
			.option("--database <path>", "only this one of several databases, by the path that the output gives it")
			.option("--quiet", "print only results and errors")
			.option("--no-color", "print without colours (NO_COLOR does the same)")
			.addHelpText("after", `\nExamples:\n${examples}\n${EXIT_CODES}`);

	command(
		"model",
		"Say of each table whose data it holds, and why",
		"  tenancy model\n  tenancy model db/migrations --json | jq '.tables[] | select(.scope == \"unscoped\") | .name'",
	)
		.option("--json", "print JSON")
		.action((paths: string[], options: ModelOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/model")).model(paths, options, output)),
		);

	command(
		"check",
		"Report what is wrong",
		"  tenancy check\n  tenancy check 'db/**/*.sql' --format sarif > tenancy.sarif\n  tenancy check --rule sql-syntax --fail-on warning\n  tenancy check --write-baseline tenancy.baseline.json\n  tenancy check --baseline tenancy.baseline.json",
	)
		.addOption(new Option("--format <format>", "how to print the findings").choices(FORMATS).default("text"))
		.addOption(new Option("--json", "the same as --format json").implies({ format: "json" }))
		.option("--rule <id...>", "only these rules")
		.addOption(
			new Option("--fail-on <severity>", "the least severity that makes the exit code 1")
				.choices(FAIL_ON)
				.default("error"),
		)
		.option("--baseline <file>", "leave out the findings that this file has")
		.option("--write-baseline <file>", "write the findings of today into this file, and leave them out")
		.addHelpText(
			"after",
			`\nA baseline knows findings by rule, table and message, wherever their lines have moved to; where it has two that are\nalike, a third is new.`,
		)
		.action((paths: string[], options: CheckOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/check")).check(paths, options, output)),
		);

	command(
		"fix",
		"Mend what needs no decision: with a new migration, or in the file itself where the files describe the tables or hold the query",
		"  tenancy fix --dry-run\n  tenancy fix --table orders\n  tenancy fix supabase/migrations --rule tenant-fk-crosses --dry-run | git apply",
	)
		.option("--rule <id...>", "only these rules, and what they offer for a decision too")
		.option("--table <name...>", "only these tables")
		.addOption(
			new Option("--in-place", "change the files that are there, even if they are migrations").conflicts(
				"newMigration",
			),
		)
		.option("--new-migration", "write a migration, or fail where there are none")
		.option("--dry-run", "print the changes as a unified diff and write nothing")
		.addHelpText(
			"after",
			`\nAll of it is written or nothing. A file that changed since it was read is left alone, and a new file never replaces one.`,
		)
		.action((paths: string[], options: FixOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/fix")).fix(paths, options, output)),
		);

	command(
		"diagram",
		"Draw the tables, coloured by whose data they hold",
		"  tenancy diagram --out tenancy.html\n  tenancy diagram db --out orders.svg --focus orders --distance 2\n  tenancy diagram --out doubts.png --scope unscoped",
	)
		.requiredOption("--out <file>", "the file to write; its ending says what: .html .svg .png .mmd .dbml .json")
		.option("--focus <table>", "only this table and its neighbours")
		.option("--distance <n>", "how many foreign keys away from --focus (default: 1)", wholeNumber)
		.addOption(new Option("--scope <scope...>", "only tables of these scopes").choices(SCOPES))
		.action((paths: string[], options: DiagramOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/diagram")).diagram(paths, options, output)),
		);

	command(
		"plan",
		"Choose how to keep tenants apart: a recommendation with reasons, costs and risks, and the files that implement it",
		"  tenancy plan --interactive --out docs/tenancy\n  tenancy plan --answers answers.json --out docs/tenancy\n  tenancy plan --as-migrations --out docs/tenancy\n  tenancy plan --json | jq .recommended\n  tenancy plan --schema > answers.schema.json",
	)
		.addOption(new Option("--answers <file>", "answers as JSON (see --schema)").conflicts("interactive"))
		.option("--interactive", "ask on the terminal")
		.option("--out <folder>", "write the report and the files that implement the strategy there")
		.option(
			"--as-migrations",
			"write the SQL of the product's own schema as new migrations of the workspace's tool, the rest to --out",
		)
		.option("--json", "print JSON")
		.option("--schema", "print the JSON schema of the answers, and do nothing else")
		.addHelpText(
			"after",
			`\nWithout --answers and --interactive, the answers under "strategy" in tenancy.config.json count. The files are made from\nthe database in PATHS, or from a starter schema where there is none. A file that is there and says something else is never\nreplaced.`,
		)
		.action((paths: string[], options: PlanOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/plan")).plan(paths, options, output)),
		);

	command(
		"prove",
		"Prove isolation: fill a real PostgreSQL with three tenants, and try everything to reach another one's data",
		"  tenancy prove\n  tenancy prove supabase/migrations --json | jq '.attacks[] | select(.result == \"leaked\") | .table'\n  TENANCY_DATABASE_URL=postgres://postgres@localhost/postgres tenancy prove",
	)
		.option("--json", "print JSON")
		.option("--database-url <url>", "a PostgreSQL server (postgres://…) to make a scratch database on")
		.option("--write-tests <folder>", "write tests to keep: isolation.sql for psql, isolation_pgtap.sql for pgTAP")
		.addHelpText(
			"after",
			`\nWithout a URL a PostgreSQL that is part of this tool runs in memory. On a server, which needs a superuser, a database of its\nown is made and dropped; nothing else there is touched. The environment variable TENANCY_DATABASE_URL names one as well, and\nkeeps a password out of the list of processes.`,
		)
		.action((paths: string[], options: ProveOptions, self: Command) =>
			run(self, async (output) => (await import("./commands/prove")).prove(paths, options, output)),
		);
	return program;
}

/** A command's flags may stand before or after its name. */
async function run(command: Command, action: (output: Output) => Promise<number>): Promise<void> {
	// The parser is one huge function. V8's optimising compiler takes longer over it than all statements of a product take without.
	// https://v8.dev/docs/wasm-compilation-pipeline
	for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"]) setFlagsFromString(flag);
	// A check is over before most of what V8 would optimise for it has paid off: it is to wait seven times as long with that.
	// V8 12 (Node 22) has no such flag, and says so aloud.
	if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=500000");
	const own = command.opts<{ quiet?: boolean; color: boolean }>();
	const above = command.parent?.opts<{ quiet?: boolean; color: boolean }>();
	const exitCode = await action(
		createOutput({ quiet: own.quiet === true || above?.quiet === true, color: own.color && above?.color !== false }),
	);
	process.exitCode = exitCode;
}

function wholeNumber(text: string): number {
	if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("It is a number such as 1 or 2.");
	return Number(text);
}

/** Node.js from 22.8 on keeps compiled code, where no NODE_DISABLE_COMPILE_CACHE forbids it: a sixth of a `check` goes into compiling. */
function keepCompiledCode(): void {
	const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
	enableCompileCache?.();
}

async function main(): Promise<void> {
	keepCompiledCode();
	endQuietlyOnClosedPipe();
	try {
		await createProgram().parseAsync();
	} catch (error) {
		if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.unusable;
		else if (isFailure(error)) {
			process.stderr.write(`${visible(error.message)}\n`);
			process.exitCode = EXIT.unusable;
		} else {
			process.stderr.write(
				`This is a mistake in tenancy itself, not in your SQL:\n${error instanceof Error ? error.stack : String(error)}\n`,
			);
			process.exitCode = EXIT.unusable;
		}
	}
}

void main();
