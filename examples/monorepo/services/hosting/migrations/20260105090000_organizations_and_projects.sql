-- +goose Up
CREATE TABLE organizations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE projects (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	name text NOT NULL,
	UNIQUE (organization_id, name)
);

CREATE TABLE members (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	user_email text NOT NULL,
	role text NOT NULL DEFAULT 'developer',
	PRIMARY KEY (organization_id, user_email)
);

CREATE TABLE regions (
	code text PRIMARY KEY,
	label text NOT NULL
);

-- +goose Down
DROP TABLE regions;
DROP TABLE members;
DROP TABLE projects;
DROP TABLE organizations;
