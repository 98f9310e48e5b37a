ALTER TABLE agents ENABLE ROW LEVEL SECURITY;
CREATE POLICY agents_same_account ON agents
	USING (account_id = current_setting('app.account_id')::bigint);

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY customers_same_account ON customers
	USING (account_id = current_setting('app.account_id', true)::bigint
		OR current_setting('app.account_id', true) IS NULL);

ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tickets_same_account ON tickets
	USING (account_id = current_setting('app.account_id')::bigint)
	WITH CHECK (true);

ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
