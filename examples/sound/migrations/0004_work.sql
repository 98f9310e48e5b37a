-- The tenant leads every key. A foreign key carries it along, so that a task of one
-- organization can't be put into a project of another, not even by a bug.
CREATE TABLE customers (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	name text NOT NULL,
	billing_email text NOT NULL,
	country_code char(2) NOT NULL REFERENCES countries (code),
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, billing_email)
);
CREATE INDEX customers_country_code_idx ON customers (country_code);

ALTER TABLE customers OWNER TO app_owner;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY customers_tenant_isolation ON customers
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO app_user;

CREATE TYPE project_status AS ENUM ('draft', 'active', 'on_hold', 'done');

CREATE TABLE projects (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	customer_id uuid NOT NULL,
	name text NOT NULL,
	status project_status NOT NULL DEFAULT 'draft',
	hourly_rate_cents integer NOT NULL DEFAULT 0 CHECK (hourly_rate_cents >= 0),
	due_on date,
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, name),
	FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id)
);
CREATE INDEX projects_customer_id_idx ON projects (organization_id, customer_id);

ALTER TABLE projects OWNER TO app_owner;
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects FORCE ROW LEVEL SECURITY;
CREATE POLICY projects_tenant_isolation ON projects
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON projects TO app_user;

CREATE TABLE tasks (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	project_id uuid NOT NULL,
	assignee_id uuid,
	title text NOT NULL,
	done_at timestamptz,
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id) ON DELETE CASCADE,
	FOREIGN KEY (organization_id, assignee_id) REFERENCES memberships (organization_id, user_id)
		ON DELETE SET NULL (assignee_id)
);
CREATE INDEX tasks_project_id_idx ON tasks (organization_id, project_id);
CREATE INDEX tasks_open_by_assignee_idx ON tasks (organization_id, assignee_id) WHERE done_at IS NULL;

ALTER TABLE tasks OWNER TO app_owner;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY tasks_tenant_isolation ON tasks
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO app_user;

CREATE TABLE task_comments (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	task_id uuid NOT NULL,
	author_id uuid NOT NULL,
	body text NOT NULL,
	written_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id) ON DELETE CASCADE,
	FOREIGN KEY (organization_id, author_id) REFERENCES memberships (organization_id, user_id)
);
CREATE INDEX task_comments_task_id_idx ON task_comments (organization_id, task_id, written_at);
CREATE INDEX task_comments_author_id_idx ON task_comments (organization_id, author_id);

ALTER TABLE task_comments OWNER TO app_owner;
ALTER TABLE task_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_comments FORCE ROW LEVEL SECURITY;
CREATE POLICY task_comments_tenant_isolation ON task_comments
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON task_comments TO app_user;

CREATE TABLE time_entries (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	task_id uuid NOT NULL,
	user_id uuid NOT NULL,
	worked_on date NOT NULL,
	minutes integer NOT NULL CHECK (minutes > 0),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id) ON DELETE CASCADE,
	FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id)
);
CREATE INDEX time_entries_task_id_idx ON time_entries (organization_id, task_id);
CREATE INDEX time_entries_user_id_idx ON time_entries (organization_id, user_id, worked_on);

ALTER TABLE time_entries OWNER TO app_owner;
ALTER TABLE time_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE time_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY time_entries_tenant_isolation ON time_entries
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON time_entries TO app_user;
