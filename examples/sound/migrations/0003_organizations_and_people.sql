-- The tenants.
CREATE TABLE organizations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	slug text NOT NULL UNIQUE,
	country_code char(2) NOT NULL REFERENCES countries (code),
	plan_code text NOT NULL REFERENCES plans (code),
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX organizations_country_code_idx ON organizations (country_code);
CREATE INDEX organizations_plan_code_idx ON organizations (plan_code);

ALTER TABLE organizations OWNER TO app_owner;
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY organizations_tenant_isolation ON organizations
	FOR ALL TO app_user
	USING (id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE ON organizations TO app_user;

-- One person may belong to several organizations, so a person belongs to none of them.
CREATE TABLE users (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	email text NOT NULL UNIQUE,
	full_name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE users IS 'Global identities; what a person may see is decided by memberships. @tenancy shared';

CREATE TABLE memberships (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	role text NOT NULL CHECK (role IN ('owner', 'manager', 'member')),
	joined_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user_id_idx ON memberships (user_id);

ALTER TABLE memberships OWNER TO app_owner;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY memberships_tenant_isolation ON memberships
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships TO app_user;

-- People see their colleagues in the organization that is bound, and change only themselves.
ALTER TABLE users OWNER TO app_owner;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_read_colleagues ON users
	FOR SELECT TO app_user
	USING (EXISTS (
		SELECT FROM memberships
		WHERE memberships.user_id = users.id
			AND memberships.organization_id = (SELECT current_setting('app.tenant_id')::uuid)
	));
CREATE POLICY users_add_self ON users
	FOR INSERT TO app_user
	WITH CHECK (id = (SELECT current_setting('app.user_id')::uuid));
CREATE POLICY users_change_self ON users
	FOR UPDATE TO app_user
	USING (id = (SELECT current_setting('app.user_id')::uuid))
	WITH CHECK (id = (SELECT current_setting('app.user_id')::uuid));
GRANT SELECT, INSERT, UPDATE ON users TO app_user;

CREATE TABLE invitations (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	email text NOT NULL,
	invited_by uuid NOT NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, email),
	FOREIGN KEY (organization_id, invited_by) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX invitations_invited_by_idx ON invitations (organization_id, invited_by);

ALTER TABLE invitations OWNER TO app_owner;
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY invitations_tenant_isolation ON invitations
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO app_user;
