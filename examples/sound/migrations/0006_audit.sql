-- One partition a quarter. The application writes and reads through the parent, whose policy
-- then applies; the partitions are closed to it: row-level security without a policy, and no grant.
CREATE TABLE audit_events (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	occurred_at timestamptz NOT NULL DEFAULT now(),
	actor_id uuid,
	action text NOT NULL,
	details jsonb NOT NULL DEFAULT '{}',
	PRIMARY KEY (organization_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);

ALTER TABLE audit_events OWNER TO app_owner;
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_events_tenant_isolation ON audit_events
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT ON audit_events TO app_user;

CREATE TABLE audit_events_2026_q1 PARTITION OF audit_events
	FOR VALUES FROM ('2026-01-01') TO ('2026-04-01');
ALTER TABLE audit_events_2026_q1 OWNER TO app_owner;
ALTER TABLE audit_events_2026_q1 ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_2026_q1 FORCE ROW LEVEL SECURITY;

CREATE TABLE audit_events_2026_q2 PARTITION OF audit_events
	FOR VALUES FROM ('2026-04-01') TO ('2026-07-01');
ALTER TABLE audit_events_2026_q2 OWNER TO app_owner;
ALTER TABLE audit_events_2026_q2 ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_2026_q2 FORCE ROW LEVEL SECURITY;

CREATE TABLE audit_events_later PARTITION OF audit_events DEFAULT;
ALTER TABLE audit_events_later OWNER TO app_owner;
ALTER TABLE audit_events_later ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_later FORCE ROW LEVEL SECURITY;
