CREATE TABLE articles (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint REFERENCES accounts (id),
	title text NOT NULL,
	body text NOT NULL,
	slug text NOT NULL,
	published boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX articles_slug_key ON articles (slug);
ALTER TABLE articles ENABLE ROW LEVEL SECURITY;
CREATE POLICY articles_all ON articles USING (true);

CREATE TABLE canned_replies (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	title text NOT NULL,
	body text NOT NULL
);
CREATE POLICY canned_replies_same_account ON canned_replies
	USING (account_id = current_setting('app.account_id')::bigint);

CREATE VIEW ticket_overview AS
SELECT tickets.account_id, tickets.id, tickets.subject, tickets.state, customers.email
FROM tickets
JOIN customers ON customers.id = tickets.customer_id;

CREATE MATERIALIZED VIEW account_activity AS
SELECT account_id, count(*) AS tickets, max(created_at) AS last_ticket_at
FROM tickets
GROUP BY account_id;

CREATE FUNCTION find_ticket(ticket bigint) RETURNS SETOF tickets
	LANGUAGE sql
	SECURITY DEFINER
	AS $$ SELECT * FROM tickets WHERE id = ticket $$;
