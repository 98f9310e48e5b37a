/** A migration of examples/sound by somebody who doesn't think of its tenants: what is proved of it leaks. */
export const UNPROTECTED_TABLE = `CREATE TABLE notes (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	body text NOT NULL
);
ALTER TABLE notes OWNER TO app_owner;
CREATE INDEX ON notes (organization_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app_user;
`;
