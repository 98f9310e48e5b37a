CREATE TABLE customers (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	email varchar(255) NOT NULL,
	full_name varchar(120),
	CONSTRAINT customers_email_key UNIQUE (email)
);

CREATE TYPE ticket_state AS ENUM ('open', 'waiting', 'solved');

CREATE TABLE tickets (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	customer_id bigint NOT NULL REFERENCES customers (id),
	assignee_id bigint REFERENCES agents (id) ON DELETE SET NULL,
	subject text NOT NULL,
	state ticket_state NOT NULL DEFAULT 'open',
	time_zone text REFERENCES time_zones (name),
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tickets_state_idx ON tickets (state, created_at);

CREATE TABLE ticket_messages (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ticket_id bigint NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	body text NOT NULL,
	sent_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE attachments (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	message_id bigint NOT NULL REFERENCES ticket_messages (id) ON DELETE CASCADE,
	file_name text NOT NULL,
	content bytea NOT NULL
);

CREATE TABLE tags (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	label text NOT NULL,
	UNIQUE (account_id, label)
);

CREATE TABLE ticket_tags (
	ticket_id bigint NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
	tag_id bigint NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
	PRIMARY KEY (ticket_id, tag_id)
);
