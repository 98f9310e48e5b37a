import type { DatabaseAnalysis } from "../../analyze";
import type { Artifact, Generate } from "../artifact";
import { otherBindings } from "../base/bindings-other";
import { typescriptBindings } from "../base/bindings-typescript";
import { createRoles } from "../base/roles";
import { planRowLevel } from "../base/row-plan";
import { ended, stepFiles, transactionFile } from "../base/sql-file";
import { isolationTests } from "./isolation-tests";
import { partitioning } from "./partitioning";
import { readme } from "./readme";
import { tenantContext } from "./tenant-context";

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
	const next = (name: string) => `sql/${String(sql.length + 1).padStart(2, "0")}-${name}.sql`;
	const add = (name: string, purpose: string, text: string) => sql.push({ path: next(name), text, purpose });
	const addSteps = (name: string, steps: typeof plan.keys, about: string) => {
		const first = sql.length;
		const path = (part: number) => `sql/${String(first + part).padStart(2, "0")}-${name}.sql`;
		sql.push(...stepFiles(steps, path, [about]));
	};

	add(
		"roles",
		"The database's roles: owner, application, read-only, maintenance. It makes no passwords.",
		transactionFile(["Roles. Running it again changes nothing."], createRoles(plan.roles)),
	);
	if (isStarter) {
		const schema = database.files.map(({ text }) => text.trim()).join("\n\n");
		add("schema", "A small product's tables to start from.", transactionFile(["The tables."], [schema]));
	}
	if (setting !== null)
		add(
			"tenant-context",
			"How a transaction is bound to a tenant, and the tenant columns' defaults.",
			tenantContext(plan, setting, database.model),
		);
	addSteps("keys-and-indexes", plan.keys, "Tenant columns, and keys and indexes that begin with the tenant.");
	addSteps("row-level-security", plan.protection, "Policies: a session sees and changes its own tenant's rows alone.");
	addSteps("ways-around", plan.around, "Closes ways around the policies.");
	add(
		"grants",
		"What each role may do. Last, so that no table is open before its policy is there.",
		transactionFile(
			["What each role may do: nothing on a table that nobody has thought of."],
			ended(plan.grants.map(({ up }) => up)),
		),
	);

	const files: Artifact[] = [
		{ path: "apply.sql", text: applyAll(sql), purpose: "Runs the files of `sql/` in order." },
		...sql,
	];
	const recipe = setting && partitioning(plan, setting, answers);
	if (recipe !== null)
		files.push({
			path: "recipes/partitioning.sql",
			text: recipe,
			purpose: "Largest tables as new copies, partitioned by tenant. Not run by apply.sql: read it first.",
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
function hasTenants({ tenancy }: DatabaseAnalysis): boolean {
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
