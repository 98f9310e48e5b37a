/** What a product is made of; each domain's tables hang together, and its first one is what others reference. */
const DOMAINS = [
	"order",
	"invoice",
	"product",
	"customer",
	"ticket",
	"shipment",
	"campaign",
	"document",
	"project",
	"payment",
	"contract",
	"employee",
	"asset",
	"message",
	"report",
	"workflow",
];
const PARTS = [
	"item",
	"note",
	"tag",
	"event",
	"attachment",
	"setting",
	"version",
	"approval",
	"comment",
	"template",
	"rule",
	"line",
];
const COLUMNS = [
	"name text NOT NULL",
	"status text NOT NULL DEFAULT 'new'",
	"amount numeric(12,2)",
	"position integer NOT NULL DEFAULT 0",
	"metadata jsonb NOT NULL DEFAULT '{}'",
	"starts_at timestamptz",
	"ends_at timestamptz",
	"external_id character varying(255)",
	"description text",
	"is_active boolean NOT NULL DEFAULT true",
];

export interface GeneratedFile {
	readonly path: string;
	readonly text: string;
}

/**
 * The SQL of a product with `count` tables, the same each time: organizations, users, a few reference tables, and domains
 * of twelve to fifteen tables with foreign keys within and some across, indexes and row-level security. One file a domain.
 */
export function generateSchema(count: number): GeneratedFile[] {
	const files: GeneratedFile[] = [{ path: "0000_core.sql", text: CORE }];
	const heads: string[] = [];
	let tables = CORE_TABLES;
	for (let domain = 0; tables < count; domain++) {
		const series = Math.floor(domain / DOMAINS.length);
		const head = `${DOMAINS[domain % DOMAINS.length]}${series === 0 ? "" : `_${series + 1}`}`;
		const size = Math.min(count - tables, 12 + (domain % 4));
		const statements: string[] = [];
		for (let i = 0; i < size; i++) statements.push(table(head, i, domain, heads));
		heads.push(`${head}s`);
		tables += size;
		files.push({ path: `${String(domain + 1).padStart(4, "0")}_${head}.sql`, text: statements.join("\n") });
	}
	return files;
}

const CORE = `CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE memberships (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	role text NOT NULL,
	PRIMARY KEY (organization_id, user_id)
);
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE currencies (code char(3) PRIMARY KEY, name text NOT NULL);
`;
const CORE_TABLES = 5;

/** Of each domain the first table is the head; every fifth has no tenant column but a key to the head, so that it is derived. */
function table(head: string, i: number, domain: number, heads: readonly string[]): string {
	const name = i === 0 ? `${head}s` : `${head}_${PARTS[(i - 1) % PARTS.length]}s${i > PARTS.length ? `_${i}` : ""}`;
	const derived = i % 5 === 4;
	const columns = ["id uuid PRIMARY KEY DEFAULT gen_random_uuid()"];
	if (!derived) columns.push("organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE");
	if (i > 0) columns.push(`${head}_id uuid NOT NULL REFERENCES ${head}s (id) ON DELETE CASCADE`);
	if (i > 3) columns.push(`${head}_${PARTS[i % 3]}_id uuid REFERENCES ${head}_${PARTS[i % 3]}s (id)`);
	const other = heads[(domain * 7 + i * 3) % Math.max(1, heads.length)];
	if (i % 4 === 1 && other !== undefined) columns.push(`${other.slice(0, -1)}_id uuid REFERENCES ${other} (id)`);
	if (i % 6 === 2) columns.push("created_by uuid REFERENCES users (id) ON DELETE SET NULL");
	for (let c = 0; c < 4 + ((i + domain) % 5); c++)
		columns.push(COLUMNS[(c * 3 + i + domain) % COLUMNS.length] as string);
	columns.push("created_at timestamptz NOT NULL DEFAULT now()", "updated_at timestamptz NOT NULL DEFAULT now()");
	const distinct = columns.filter(
		(column, at) => columns.findIndex((c) => c.split(" ")[0] === column.split(" ")[0]) === at,
	);
	const statements = [`CREATE TABLE ${name} (\n\t${distinct.join(",\n\t")}\n);`];
	if (!derived) {
		statements.push(
			`CREATE INDEX ${name}_organization_idx ON ${name} (organization_id, created_at);`,
			`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`,
			`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`,
			`CREATE POLICY ${name}_tenant ON ${name} USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid));`,
		);
	}
	if (i > 0) statements.push(`CREATE INDEX ${name}_${head}_idx ON ${name} (${head}_id);`);
	return `${statements.join("\n")}\n`;
}
