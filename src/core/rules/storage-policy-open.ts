import type { CreatePolicyStmt, Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { roleName } from "../schema/statement-parts";
import { as, stringsOf } from "../schema/tree";
import type { SqlFile, Statement } from "../sql/statement";
import type { Location } from "../text/span";
import { PRODUCT } from "./base/examples";
import { nodesOf } from "./base/expressions";
import type { Detection, Rule, RuleContext, Severity } from "./base/rule";

/** What stands for the platform's table, which a real product's files don't create. */
const STORAGE = `${PRODUCT}CREATE SCHEMA storage;
CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text NOT NULL, name text NOT NULL);
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
`;
const OPEN = "CREATE POLICY invoices ON storage.objects FOR ALL TO app_user USING (bucket_id = 'invoices');\n";

export const storagePolicyOpen: Rule = {
	id: "storage-policy-open",
	summary: "A policy on Supabase's stored files asks for the bucket and not whose file it is.",
	severity: "error",
	doc: {
		why: "All tenants' files lie in one table, storage.objects, and often in one bucket. Whoever a policy lets into the bucket gets at every tenant's files in it, with nothing but the key that the browser has.",
		remedy:
			"Begin each file's name with its tenant's key, and compare that: (storage.foldername(name))[1] with the tenant's key as text. A bucket that is for everybody to read needs no policy for SELECT: it is public, and a policy only lets its files be listed.",
		sources: [
			{
				title: "Supabase: Storage Access Control",
				url: "https://supabase.com/docs/guides/storage/security/access-control",
			},
			{
				title: "Supabase: Storage Helper Functions",
				url: "https://supabase.com/docs/guides/storage/schema/helper-functions",
			},
		],
		bad: `${STORAGE}${OPEN}`,
		good: `${STORAGE}${OPEN.replace(");", " AND split_part(name, '/', 1) = (SELECT current_setting('app.tenant_id')));")}`,
		traps: [
			{
				title: "a later file drops it",
				sql: `${STORAGE}${OPEN}DROP POLICY IF EXISTS invoices ON storage.objects;\n`,
			},
			{
				title: "only a role that no tenant has",
				sql: `${STORAGE}CREATE ROLE service_role BYPASSRLS;\n${OPEN.replace("app_user", "service_role")}`,
			},
			{
				title: "a bucket of each tenant's own",
				sql: `${STORAGE}${OPEN.replace("= 'invoices'", "= (SELECT current_setting('app.tenant_id'))")}`,
			},
			{
				title: "it narrows what others open",
				sql: `${STORAGE}${OPEN.replace("FOR ALL", "AS RESTRICTIVE FOR ALL")}`,
			},
		],
	},
	*detect({ tenancy, files }: RuleContext): Iterable<Detection> {
		if (tenancy.mode === "single-tenant") return;
		for (const { policy, location } of policiesInForce(files)) {
			const roles = (policy.roles ?? []).map((node) => roleName(as(node, "RoleSpec")));
			if (policy.permissive !== true || !asksForBucketAlone(policy) || roles.every(isPlatforms)) continue;
			const command = policy.cmd_name ?? "all";
			yield {
				table: null,
				location,
				severity: severityOf(command, isForSignedIn(policy, roles)),
				message: `Policy ${policy.policy_name} of storage.objects asks for the bucket alone, so whoever it is for may ${DEEDS[command] ?? "get at"} all tenants' files in it.`,
				help: "Begin each file's name with its tenant's key, and compare (storage.foldername(name))[1] with it.",
			};
		}
	},
};

const DEEDS: Readonly<Record<string, string>> = {
	all: "read, overwrite and delete",
	select: "list and read",
	insert: "add to",
	update: "overwrite",
	delete: "delete",
};

/** To read a public bucket may be meant, and to add to one; what only the signed in may read is not public. */
function severityOf(command: string, forSignedIn: boolean): Severity {
	if (command === "select") return forSignedIn ? "warning" : "info";
	return command === "insert" ? "warning" : "error";
}

function isForSignedIn({ qual }: CreatePolicyStmt, roles: readonly string[]): boolean {
	return roles.every((role) => role === "authenticated") || [...nodesOf(qual)].some((node) => as(node, "FuncCall"));
}

const isPlatforms = (role: string) => /^(?:service_role|postgres|supabase_\w+)$/.test(role);

interface Placed {
	readonly policy: CreatePolicyStmt;
	readonly location: Location;
}

/** The policies of the platform's table that no later statement drops. */
function policiesInForce(files: readonly SqlFile[]): Iterable<Placed> {
	const found = new Map<string, Placed>();
	for (const { name, placed } of files.flatMap(changesIn)) {
		if (placed) found.set(name, placed);
		else found.delete(name);
	}
	return found.values();
}

/** The policies of the platform's table that a file creates, and those that it drops, which stand nowhere. */
const changesIn = factOf(({ file, statements }: SqlFile) =>
	statements.flatMap((statement): { readonly name: string; readonly placed: Placed | null }[] => {
		const policy = as(statement.node, "CreatePolicyStmt");
		if (policy?.table?.schemaname === "storage" && policy.table.relname === "objects")
			return [{ name: policy.policy_name ?? "", placed: { policy, location: { file, span: statement.span } } }];
		return droppedBy(statement).map((name) => ({ name, placed: null }));
	}),
);

function droppedBy({ node }: Statement): string[] {
	const drop = as(node, "DropStmt");
	if (drop?.removeType !== "OBJECT_POLICY") return [];
	return (drop.objects ?? []).flatMap((object) => {
		const [schema, table, name] = stringsOf(as(object, "List")?.items);
		return schema === "storage" && table === "objects" && name !== undefined ? [name] : [];
	});
}

/** Whether the condition is of the bucket and of being signed in, and of nothing that could tell whose file it is. */
function asksForBucketAlone({ qual, with_check }: CreatePolicyStmt): boolean {
	const nodes = [...nodesOf(qual ?? with_check)];
	const isSignedIn = new Set(nodes.flatMap((node) => [...nodesOf(as(node, "NullTest")?.arg)]));
	return nodes.length > 0 && !nodes.some((node) => tells(node) && !isSignedIn.has(node));
}

function tells(node: Node): boolean {
	const column = as(node, "ColumnRef");
	if (column) return stringsOf(column.fields).at(-1) !== "bucket_id";
	const call = as(node, "FuncCall");
	if (call) return stringsOf(call.funcname).join(".") !== "auth.role";
	const query = as(as(node, "SubLink")?.subselect, "SelectStmt");
	return query?.fromClause !== undefined || as(node, "SQLValueFunction") !== undefined || isNever(node);
}

const isNever = (node: Node) =>
	as(node, "A_Const")?.boolval !== undefined && as(node, "A_Const")?.boolval?.boolval !== true;
