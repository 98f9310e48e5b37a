CREATE TABLE webhooks (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	url text NOT NULL,
	secret text NOT NULL
);
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
CREATE POLICY webhooks_same_account ON webhooks
	USING (account_id = current_setting('app.account_id')::bigint);

-- The hook may be gone when its log is still wanted, so the reference may be empty.
CREATE TABLE webhook_deliveries (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	webhook_id bigint REFERENCES webhooks (id) ON DELETE SET NULL,
	request_body jsonb NOT NULL,
	response_status integer,
	delivered_at timestamptz NOT NULL DEFAULT now()
);

-- A call is logged before anybody knows which ticket it belongs to.
CREATE TABLE call_recordings (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ticket_id bigint REFERENCES tickets (id),
	agent_id bigint REFERENCES agents (id),
	phone_number text NOT NULL,
	audio_url text NOT NULL
);

-- A ticket that an agency hands over to another one: whose row is it?
CREATE TABLE ticket_transfers (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	from_account_id bigint NOT NULL REFERENCES accounts (id),
	to_account_id bigint NOT NULL REFERENCES accounts (id),
	subject text NOT NULL,
	transferred_at timestamptz NOT NULL DEFAULT now()
);

-- Two ways to an account, over the ticket and over the customer, and nothing makes them agree.
CREATE TABLE satisfaction_ratings (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ticket_id bigint NOT NULL REFERENCES tickets (id),
	customer_id bigint NOT NULL REFERENCES customers (id),
	stars smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
	remark text
);

CREATE TABLE exports (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	requested_by text NOT NULL,
	file_name text NOT NULL,
	rows_exported integer NOT NULL,
	content bytea
);
