-- What all clinics have in common: who they are, what they pay, who may sign in.
CREATE SCHEMA shared;

CREATE TABLE shared.plans (
	code text PRIMARY KEY,
	name text NOT NULL,
	max_vets integer
);

CREATE TABLE shared.tenants (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	schema_name name NOT NULL UNIQUE CHECK (schema_name LIKE 'tenant\_%'),
	plan_code text NOT NULL REFERENCES shared.plans (code),
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shared.logins (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES shared.tenants (id) ON DELETE CASCADE,
	email text NOT NULL,
	password_hash text NOT NULL,
	UNIQUE (tenant_id, email)
);

CREATE TABLE shared.species (
	code text PRIMARY KEY,
	name text NOT NULL
);

INSERT INTO shared.plans (code, name, max_vets) VALUES ('solo', 'Solo', 1), ('practice', 'Practice', 12);
INSERT INTO shared.species (code, name) VALUES ('cat', 'Cat'), ('dog', 'Dog'), ('rabbit', 'Rabbit');
