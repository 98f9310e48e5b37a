import type { DatabaseAnalysis } from "../../analyze";
import type { Artifact, Generate } from "../artifact";
import { otherBindings } from "../base/bindings-other";
import { typescriptBindings } from "../base/bindings-typescript";
import { planRowLevel } from "../base/row-plan";
import { stepFiles, stepStatements, transactionFile } from "../base/sql-file";
import { isolationTests } from "./isolation-tests";
import { partitioning } from "./partitioning";
import { readme } from "./readme";
import { removeTenant } from "./remove-tenant";
import { rowSections } from "./sections";

/**
 * The files that make a database row-level: roles, tenant context, keys, policies, grants, tests of isolation and snippets
 * that bind a session. Those of the SQL that apply.sql runs are numbered.
 */
export const rowLevel: Generate = (blueprint) => {
	const { database, isStarter, answers } = blueprint;
	const about = { path: "README.md", purpose: "What this is, how to run it, what it promises and what it does not." };
	if (!hasTenants(database)) return [{ ...about, text: NO_TENANTS }];
	const plan = planRowLevel(blueprint);
	const { setting } = plan;
	const sql: Artifact[] = [];
	const numbered = (at: number, name: string) => `sql/${String(at).padStart(2, "0")}-${name}.sql`;
	for (const { name, purpose, about, steps, online } of rowSections(blueprint, plan)) {
		const first = sql.length + 1;
		if (online) sql.push(...stepFiles(steps, (part) => numbered(first + part - 1, name), about));
		else sql.push({ path: numbered(first, name), text: transactionFile(about, stepStatements(steps)), purpose });
		if (name === "roles" && isStarter) {
			const schema = database.files.map(({ text }) => text.trim()).join("\n\n");
			const text = transactionFile(["The tables."], [schema]);
			sql.push({ path: numbered(2, "schema"), text, purpose: "A small product's tables to start from." });
		}
	}

	const files: Artifact[] = [
		{ path: "apply.sql", text: applyAll(sql), purpose: "Runs the files of `sql/` in order.", isOfSchema: true },
		...sql.map((file) => ({ ...file, isOfSchema: true as const })),
	];
	const recipe = setting && partitioning(plan, setting, answers);
	if (recipe !== null)
		files.push({
			path: "recipes/partitioning.sql",
			text: recipe,
			purpose: "Largest tables as new copies, partitioned by tenant. Not run by apply.sql: read it first.",
		});
	files.push({
		path: "recipes/remove-tenant.sql",
		text: removeTenant(plan),
		purpose: "Takes one tenant away with all its rows. Not run by apply.sql: read it first.",
	});
	const tests = setting && isolationTests(plan, setting);
	if (tests !== null)
		files.push({
			path: "tests/isolation.sql",
			text: tests,
			purpose: "Tests of isolation with pgTAP, for every table that holds tenants' data.",
		});
	if (setting !== null) files.push(...typescriptBindings(setting.name), ...otherBindings(setting.name));
	return [{ ...about, text: readme(blueprint, plan, setting, files) }, ...files];
};

/** Whether anything says of a table whose its rows are. */
export function hasTenants({ tenancy }: DatabaseAnalysis): boolean {
	return [...tenancy.tables.values()].some(({ scope }) => scope !== "shared" && scope !== "unscoped");
}

const NO_TENANTS = `# Row-level isolation

No table says which tenant its rows belong to, so there is nothing that policies could compare: the database has one tenant
so far. The staged plan from one tenant to many adds the tenants' table and the tenant column first. Where there are tenants
that were not recognized, name their table in \`tenancy.config.json\` (\`roots\`), and make the plan again.
`;

function applyAll(files: readonly Artifact[]): string {
	return `-- psql --dbname YOUR_DATABASE --file apply.sql
\\set ON_ERROR_STOP on
${files.map(({ path }) => `\\echo ${path}\n\\ir ${path}`).join("\n")}
`;
}
