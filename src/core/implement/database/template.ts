import { quoteLiteral, quoteRole } from "../../emit/identifier";
import type { SchemaModel } from "../../schema/model";
import { applicationRoles } from "../../tenancy/enforcement";
import { APPLICATION_GROUP, OWNER_GROUP, POOLER_ROLE } from "../base/place-names";
import { raw, routineBody } from "../base/raw";

/** `sql/template.sql`: what is run once, as an administrator, in the database that tenants' databases are copied from. */
export function templateSql(model: SchemaModel, ddl: string): string {
	const roles = applicationRoles(model, undefined);
	return `-- The template: every tenant's database is a copy of it. Run once, by bin/setup.sh, in one transaction.
SET lock_timeout = '5s';

-- The product's schema.
${ddl}
-- From here on nothing depends on what the product's files set.
SET search_path = '';
${OWNERS}
${roles.length > 0 ? granted(roles) : ALL_TABLES}
${LEDGER}
${POOLER}`;
}

const OWNERS = raw`
-- Everything that was made just now belongs to the owners' group; what has an owner of its own keeps it.
DO ${routineBody`
DECLARE
  made record;
BEGIN
  FOR made IN
    SELECT 'SCHEMA' AS kind, quote_ident(nspname) AS name FROM pg_catalog.pg_namespace n
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') AND nspowner = current_user::regrole
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, c.oid::regclass::text
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relowner = current_user::regrole
        -- What an extension made is the extension's; a column's sequence follows its table.
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
          AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.proowner = current_user::regrole
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::regtype::text FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND t.typowner = current_user::regrole
        AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype IN ('e', 'i'))
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO ${OWNER_GROUP}', made.kind, made.name);
  END LOOP;
  -- Migrations change what other owners of the product own, too.
  FOR made IN
    SELECT DISTINCT r.rolname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT r.rolsuper AND r.rolname <> '${OWNER_GROUP}'
  LOOP
    EXECUTE format('GRANT %I TO ${OWNER_GROUP}', made.rolname);
  END LOOP;
END `};
GRANT CREATE, USAGE ON SCHEMA public TO ${OWNER_GROUP};
`;

/** A DO block that runs statements for each schema of the product; `%s` in them is its name. */
function inEachSchema(...statements: readonly string[]): string {
	const runs = statements.map((sql) => `    EXECUTE format(${quoteLiteral(sql)}, place);`).join("\n");
	return `DO ${routineBody`
DECLARE
  place text;
BEGIN
  FOR place IN SELECT quote_ident(nspname) FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
${runs}
  END LOOP;
END `};
`;
}

const USAGE = `GRANT USAGE ON SCHEMA %s TO ${APPLICATION_GROUP}`;

function granted(roles: readonly string[]): string {
	return `-- The product's own grants say what the application may do; to look into a schema shows no row.
${inEachSchema(USAGE)}${roles.map((role) => `GRANT ${quoteRole(role)} TO ${APPLICATION_GROUP};\n`).join("")}`;
}

const ALL_TABLES = `-- The product grants nothing to anybody, so the application gets what applications need: rows, not tables.
${inEachSchema(
	USAGE,
	`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO ${APPLICATION_GROUP}`,
	`GRANT USAGE ON ALL SEQUENCES IN SCHEMA %s TO ${APPLICATION_GROUP}`,
)}-- What later migrations make, alike.
ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER_GROUP} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${APPLICATION_GROUP};
ALTER DEFAULT PRIVILEGES FOR ROLE ${OWNER_GROUP} GRANT USAGE ON SEQUENCES TO ${APPLICATION_GROUP};
`;

/** Which migrations a database has, and who may run the next one. It can be run again. */
export const LEDGER = raw`
-- Which migrations this database has. A copy of the template starts with the template's.
CREATE SCHEMA IF NOT EXISTS tenancy AUTHORIZATION ${OWNER_GROUP};
CREATE TABLE IF NOT EXISTS tenancy.migrations (
  name text PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tenancy.migrations OWNER TO ${OWNER_GROUP};

-- Whether a migration is to run here. One run at a time: the lock lasts as long as the session.
CREATE OR REPLACE FUNCTION tenancy.begin_migration(wanted text, sum text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  known text;
BEGIN
  IF NOT pg_try_advisory_lock(hashtextextended('tenancy migrations', 0)) THEN
    RAISE EXCEPTION 'Another run migrates this database just now.';
  END IF;
  SELECT checksum INTO known FROM tenancy.migrations WHERE name = wanted;
  IF known <> sum THEN
    RAISE EXCEPTION 'Migration % has changed since it ran here.', wanted USING HINT = 'Write a new migration instead.';
  END IF;
  RETURN known IS NULL;
END `};
ALTER FUNCTION tenancy.begin_migration(text, text) OWNER TO ${OWNER_GROUP};
REVOKE ALL ON FUNCTION tenancy.begin_migration(text, text) FROM PUBLIC;
`;

/** What PgBouncer asks; in each database that it serves. */
export const POOLER = raw`
-- PgBouncer asks here for the password's hash of who connects: in the database that is meant, so each needs the function.
-- It tells only of roles that log in for tenants, and of none whose password has expired.
CREATE SCHEMA IF NOT EXISTS pooler;
CREATE OR REPLACE FUNCTION pooler.login(INOUT name text, OUT secret text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS ${routineBody`
  SELECT rolname::text, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
  FROM pg_catalog.pg_authid WHERE rolname = name AND rolcanlogin AND NOT rolsuper AND NOT rolreplication AND NOT rolbypassrls
`};
REVOKE ALL ON FUNCTION pooler.login(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA pooler TO ${POOLER_ROLE};
GRANT EXECUTE ON FUNCTION pooler.login(text) TO ${POOLER_ROLE};
`;
