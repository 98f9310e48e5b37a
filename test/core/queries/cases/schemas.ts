import { ORDERS } from "../../../../src/core/queries/rules/examples";
import { secured } from "../../../../src/core/rules/base/examples";

/** The databases that the labelled cases are for, by the name that a case gives. */
export const SCHEMAS = {
	/** Queries alone keep the tenants apart; keys are UUIDs, and a table's parent may be another tenant's. */
	orders: ORDERS,
	/** Each table has its organization, foreign keys have it too, and some views read them. */
	work: `CREATE TABLE plans (id integer PRIMARY KEY, name text NOT NULL, price integer NOT NULL);
CREATE TABLE organizations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  plan_id integer NOT NULL REFERENCES plans
);
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  email text NOT NULL UNIQUE,
  password_digest text NOT NULL,
  name text,
  UNIQUE (organization_id, id)
);
CREATE TABLE api_keys (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  token_hash text NOT NULL UNIQUE,
  last_used_at timestamptz
);
CREATE TABLE projects (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  name text NOT NULL,
  owner_id bigint,
  archived_at timestamptz,
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, owner_id) REFERENCES users (organization_id, id)
);
CREATE TABLE tasks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  project_id bigint NOT NULL,
  parent_id bigint,
  external_ref text,
  title text NOT NULL,
  state text NOT NULL DEFAULT 'open',
  data jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, external_ref),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  FOREIGN KEY (organization_id, parent_id) REFERENCES tasks (organization_id, id)
);
CREATE TABLE comments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id bigint NOT NULL REFERENCES tasks,
  body text NOT NULL
);
CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organizations,
  action text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE VIEW open_tasks AS SELECT id, organization_id, project_id, title FROM tasks WHERE state = 'open';
CREATE VIEW project_progress AS
  SELECT p.organization_id, p.id AS project_id, count(t.id) AS tasks
  FROM projects p LEFT JOIN tasks t ON t.organization_id = p.organization_id AND t.project_id = p.id
  GROUP BY p.organization_id, p.id;
`,
	/** PostgreSQL keeps the tenants apart: row-level security, forced, for every table. */
	guarded: `CREATE ROLE app_user;
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
${secured("tenants", "id")}
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoices (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants,
  number integer NOT NULL,
  total integer NOT NULL,
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, number)
);
${secured("invoices")}
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenants,
  invoice_id uuid NOT NULL,
  amount integer NOT NULL,
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices (tenant_id, id)
);
${secured("payments")}`,
} as const;

export type SchemaName = keyof typeof SCHEMAS;
