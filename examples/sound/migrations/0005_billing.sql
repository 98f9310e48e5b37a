-- Invoice numbers count within an organization; two organizations may both have a number 1.
CREATE TABLE invoices (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	customer_id uuid NOT NULL,
	number integer NOT NULL,
	issued_on date NOT NULL DEFAULT current_date,
	total_cents bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, number),
	FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id)
);
CREATE INDEX invoices_customer_id_idx ON invoices (organization_id, customer_id);

ALTER TABLE invoices OWNER TO app_owner;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY invoices_tenant_isolation ON invoices
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO app_user;

CREATE TABLE invoice_lines (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	invoice_id uuid NOT NULL,
	position integer NOT NULL,
	project_id uuid NOT NULL,
	description text NOT NULL,
	amount_cents bigint NOT NULL,
	PRIMARY KEY (organization_id, invoice_id, position),
	FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id) ON DELETE CASCADE,
	FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX invoice_lines_project_id_idx ON invoice_lines (organization_id, project_id);

ALTER TABLE invoice_lines OWNER TO app_owner;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_lines_tenant_isolation ON invoice_lines
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice_lines TO app_user;

CREATE TABLE payments (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	invoice_id uuid NOT NULL,
	amount_cents bigint NOT NULL CHECK (amount_cents > 0),
	received_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id)
);
CREATE INDEX payments_invoice_id_idx ON payments (organization_id, invoice_id);

ALTER TABLE payments OWNER TO app_owner;
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY payments_tenant_isolation ON payments
	FOR ALL TO app_user
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT ON payments TO app_user;
