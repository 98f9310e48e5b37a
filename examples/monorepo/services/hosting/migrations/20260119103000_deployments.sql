-- +goose Up
CREATE TABLE environments (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	region_code text NOT NULL REFERENCES regions (code),
	name text NOT NULL,
	UNIQUE (project_id, name)
);

CREATE TABLE secrets (
	project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	key text NOT NULL,
	ciphertext bytea NOT NULL,
	PRIMARY KEY (project_id, key)
);

CREATE TABLE deployments (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	environment_id uuid NOT NULL REFERENCES environments (id),
	commit_hash char(40) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deployments_project_id_idx ON deployments (project_id, created_at DESC);

CREATE TABLE deployment_logs (
	deployment_id uuid NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
	line integer NOT NULL,
	message text NOT NULL,
	PRIMARY KEY (deployment_id, line)
);

-- +goose Down
DROP TABLE deployment_logs, deployments, secrets, environments;
