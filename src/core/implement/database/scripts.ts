import type { Artifact } from "../artifact";
import {
	APPLICATION_GROUP,
	CONTROL_DATABASE,
	OWNER_GROUP,
	POOLER_ROLE,
	SLUG_PATTERN,
	TEMPLATE_DATABASE,
} from "../base/place-names";
import { raw } from "../base/raw";
import { shellScript } from "../base/shell-script";

/** What all scripts begin with: the settings that a person may change, and the checks that none goes without. */
const COMMON = raw`
# shellcheck shell=sh
# Read by the other scripts. Whom to connect to, and as whom, libpq is told as ever: PGHOST, PGPORT, PGUSER, PGPASSFILE,
# PGSERVICE. The user makes roles and databases: a superuser, or the administrator that a hosting company gives you.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$(dirname -- "$here")
control=\${CONTROL_DATABASE:-${CONTROL_DATABASE}}
template=\${TEMPLATE_DATABASE:-${TEMPLATE_DATABASE}}
export here folder control template

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

# A slug becomes the name of a database, of roles and of files, so it may be nothing but a plain word.
check_slug() {
  if [ "$(printf '%s' "$1" | wc -l)" -ne 0 ] || ! printf '%s' "$1" | LC_ALL=C grep -Eqx '${SLUG_PATTERN.slice(1, -1)}'; then
    fail "A slug is 1 to 40 of a-z, 0-9 and _, and begins with a letter: '$1' is none."
  fi
}

# Stops at the first error, reads no ~/.psqlrc, never asks for a password, and prints rows as they are.
query() {
  psql -X -q -A -t -w -v ON_ERROR_STOP=1 "$@"
}

# A finished template takes no connections, so that it can be copied at any time; while it is changed, it takes some.
open_template() {
  query -d "$control" -v template="$template" -v open="$1" <<'SQL'
ALTER DATABASE :"template" ALLOW_CONNECTIONS :open;
SQL
}

# Migrations are files of SQL in the order of their names.
check_migration() {
  case $1 in *[!A-Za-z0-9_.-]*) fail "A migration's name has letters, digits, _, - and . only: $1" ;; esac
}
begins_with() {
  if [ "$(head -n 1 -- "$1")" = "$2" ]; then echo true; else echo false; fi
}

# PgBouncer's list follows the catalog where this machine has one.
refresh_pgbouncer() {
  if [ -n "\${PGBOUNCER_DATABASES:-}" ]; then "$here/pgbouncer-databases.sh" "$PGBOUNCER_DATABASES"; fi
}
`;

const SETUP = shellScript()`
# Prepares a server: the groups of roles, the control database and the template. It can be run again.

query -d "\${MAINTENANCE_DATABASE:-postgres}" -o /dev/null -v control="$control" -v template="$template" <<'SQL'
SELECT pg_advisory_lock(hashtextextended('tenancy setup', 0));
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(ARRAY['${OWNER_GROUP}', '${APPLICATION_GROUP}']) name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- Migrations change rows whatever policies say. Nobody logs in as this role.
SELECT 'ALTER ROLE ${OWNER_GROUP} BYPASSRLS' FROM pg_roles WHERE rolname = current_user AND rolsuper \gexec
SELECT 'CREATE ROLE ${POOLER_ROLE} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${POOLER_ROLE}') \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING ''UTF8''', name) FROM unnest(ARRAY[:'control', :'template']) name
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE ALL ON DATABASE :"control" FROM PUBLIC;
REVOKE ALL ON DATABASE :"template" FROM PUBLIC;
SQL
query -d "$control" -o /dev/null --single-transaction -f "$folder/sql/catalog.sql"

finished=$(query -d "$control" -v template="$template" <<'SQL'
SELECT datistemplate FROM pg_database WHERE datname = :'template';
SQL
)
if [ "$finished" = f ]; then
  query -d "$template" -o /dev/null --single-transaction -f "$folder/sql/template.sql"
  query -d "$control" -v template="$template" <<'SQL'
ALTER DATABASE :"template" IS_TEMPLATE true ALLOW_CONNECTIONS false;
SQL
fi
`;

const PROVISION = shellScript()`
# Makes a tenant's database and roles:  provision.sh SLUG [TENANT_ID]
# TENANT_PASSWORD in the environment becomes the application role's password; a SCRAM verifier is taken as it is.
# DSN_REF names the secret or service entry with which the application connects; service=tenant_SLUG where it is not set.
# It can be run again: what is there stays, what is missing is made.
slug=\${1-}
check_slug "$slug"

# One session for all of it: the lock ends with the session, however that ends.
query -d "$control" -o /dev/null -v slug="$slug" -v tenant_id="\${2-}" -v dsn_ref="\${DSN_REF:-service=tenant_$slug}" \
  -v database="tenant_$slug" -v owner="tenant_$slug""_owner" -v application="tenant_$slug""_app" -v template="$template" <<'SQL'
SELECT pg_advisory_lock(hashtextextended('tenancy ' || :'slug', 0));
SELECT tenancy.begin_provisioning(:'slug', :'tenant_id', :'dsn_ref');

SELECT format('CREATE ROLE %I NOLOGIN', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('CREATE ROLE %I LOGIN', :'application') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'application') \gexec
GRANT ${OWNER_GROUP} TO :"owner";
GRANT ${APPLICATION_GROUP} TO :"application";
-- Who is no superuser must be a member of a role to give it a database.
SELECT format('GRANT %I TO CURRENT_USER', :'owner') FROM pg_roles WHERE rolname = current_user AND NOT rolsuper \gexec
\getenv password TENANT_PASSWORD
\if :{?password}
SELECT format('ALTER ROLE %I PASSWORD %L', :'application', :'password') \gexec
\endif

SELECT format('CREATE DATABASE %I TEMPLATE %I OWNER %I', :'database', :'template', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
-- Everybody may connect to a new database until that is taken back.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"application", ${POOLER_ROLE};

UPDATE tenancy.tenants SET state = 'active' WHERE slug = :'slug' AND state = 'provisioning';
SQL
refresh_pgbouncer
`;

const DEPROVISION = shellScript()`
# Takes a tenant away:  deprovision.sh SLUG FOLDER
# A last dump goes to FOLDER first; then database, roles, catalog entry and PgBouncer's entry go. It can be run again.
slug=\${1-}
check_slug "$slug"
[ -d "\${2-}" ] || fail "Where does the last dump go? deprovision.sh SLUG FOLDER"

# From now on the tenant gets no new session, and the dump is the last word.
exists=$(query -d "$control" -v slug="$slug" -v database="tenant_$slug" -v application="tenant_$slug""_app" <<'SQL'
\o /dev/null
SELECT pg_advisory_lock(hashtextextended('tenancy ' || :'slug', 0));
SELECT tenancy.begin_removal(:'slug');
SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles WHERE rolname = :'application' \gexec
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :'database' AND usename = :'application';
\o
SELECT count(*) FROM pg_database WHERE datname = :'database';
SQL
)
if [ "$exists" = 1 ]; then "$here/backup.sh" "$slug" "$2"; fi

query -d "$control" -o /dev/null -v slug="$slug" -v database="tenant_$slug" \
  -v owner="tenant_$slug""_owner" -v application="tenant_$slug""_app" <<'SQL'
SELECT pg_advisory_lock(hashtextextended('tenancy ' || :'slug', 0));
SELECT tenancy.begin_removal(:'slug');
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname = :'database' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname IN (:'owner', :'application') \gexec
DELETE FROM tenancy.tenants WHERE slug = :'slug';
SQL
refresh_pgbouncer
`;

const BACKUP = shellScript()`
# Dumps one tenant's database:  backup.sh SLUG FOLDER  writes FOLDER/tenant_SLUG-TIME.dump and prints its name.
slug=\${1-}
check_slug "$slug"
[ -d "\${2-}" ] || fail "Where does the dump go? backup.sh SLUG FOLDER"
file=$2/tenant_$slug-$(date -u +%Y%m%dT%H%M%SZ).dump
# Only its owner may read what customers wrote; and a file with this name is a whole dump.
umask 077
pg_dump -w --format=custom --file="$file.part" --dbname="tenant_$slug"
pg_restore --list "$file.part" >/dev/null
mv -- "$file.part" "$file"
printf '%s\n' "$file"
`;

const pgbouncerDatabases = (servesControl: boolean) => shellScript()`
# Writes PgBouncer's list of databases from the catalog:  pgbouncer-databases.sh FILE
# DATABASE_HOST and DATABASE_PORT say where PgBouncer finds the server, EXTRA_DATABASES which other ones it serves. Where PGBOUNCER_CONSOLE is set (such as
# "host=127.0.0.1 port=6432 dbname=pgbouncer user=pgbouncer_admin"), PgBouncer is told to read it at once.
file=\${1-}
[ -n "$file" ] || fail "Which file? pgbouncer-databases.sh FILE"
{
  printf '; Written from the catalog by bin/pgbouncer-databases.sh: changes are lost.\n[databases]\n'
  for name in ${servesControl ? '"$control" ' : ""}\${EXTRA_DATABASES:-}; do
    printf '%s = host=%s port=%s dbname=%s\n' "$name" "\${DATABASE_HOST:-127.0.0.1}" "\${DATABASE_PORT:-5432}" "$name"
  done
  query -d "$control" -v host="\${DATABASE_HOST:-127.0.0.1}" -v port="\${DATABASE_PORT:-5432}" <<'SQL'
-- Before a tenant is sent to its database, and after it was sent elsewhere: who still asks there is told so by the database.
SELECT format('tenant_%s = host=%s port=%s dbname=tenant_%s', slug, :'host', :'port', slug)
FROM tenancy.tenants WHERE state IN ('active', 'moving')
  AND EXISTS (SELECT FROM pg_database WHERE datname = 'tenant_' || slug) ORDER BY slug;
SQL
} >"$file.part"
# Nobody reads half a list.
mv -- "$file.part" "$file"
# Its console refuses the options that a script may have set for PostgreSQL.
if [ -n "\${PGBOUNCER_CONSOLE:-}" ]; then (unset PGOPTIONS && psql -X -q -w -d "$PGBOUNCER_CONSOLE" -c RELOAD); fi
`;

const MIGRATE_ONE = shellScript()`
# Runs the migrations that one database lacks:  migrate-one.sh FOLDER DATABASE
# Each file is a transaction together with its line in the ledger (tenancy.migrations), so an interrupted run can be started
# again. A file whose first line is "-- no transaction" runs without (CREATE INDEX CONCURRENTLY wants that): it must be one
# that can be run again. MIGRATION_ROLE runs them (${OWNER_GROUP}; where it is empty, whoever connects); where
# MIGRATIONS_HAVE_RUN is true, they are only noted. Output goes to LOG_FOLDER/DATABASE.log where that is set.
database=\${2-}
if [ ! -d "\${1-}" ] || [ -z "$database" ]; then fail "migrate-one.sh FOLDER DATABASE"; fi
if [ -n "\${LOG_FOLDER:-}" ]; then exec >"$LOG_FOLDER/$database.log" 2>&1; fi
cd -- "$1" || exit
for file in *.sql; do
  [ -f "$file" ] || continue
  check_migration "$file"
  query -d "$database" -v name="$file" -v sum="$(cksum <"$file")" -v alone="$(begins_with "$file" "-- no transaction")" \
    -v role="\${MIGRATION_ROLE-${OWNER_GROUP}}" -v noted="\${MIGRATIONS_HAVE_RUN:-false}" <<'SQL' ||
SELECT tenancy.begin_migration(:'name', :'sum') AS due \gset
SELECT CASE :'role' WHEN '' THEN 'NONE' ELSE quote_ident(:'role') END AS role \gset
\if :due
  SET lock_timeout = '5s';
  -- Where policies would hide rows from this role, PostgreSQL shall refuse rather than leave them as they are.
  SET row_security = off;
  \if :noted
    BEGIN;
  \elif :alone
    SET ROLE :role;
    \i :name
    BEGIN;
  \else
    BEGIN;
    SET LOCAL ROLE :role;
    \i :name
  \endif
  RESET ROLE;
  INSERT INTO tenancy.migrations (name, checksum) VALUES (:'name', :'sum');
  COMMIT;
  \echo ran :name
\endif
SQL
    fail "$database stopped at $file."
done
if [ -n "\${LOG_FOLDER:-}" ]; then : >"$LOG_FOLDER/$database.done"; fi
`;

/** What goes before the template where tenants are in the control database, too. */
const POOL_FIRST = raw`
# The pool first, as who connects: where it fails, nothing else is touched. Where another tool of yours has run the migrations
# there already, say POOL_IS_MIGRATED=true: they are only noted then.
MIGRATION_ROLE='' MIGRATIONS_HAVE_RUN=\${POOL_IS_MIGRATED:-\${MIGRATIONS_HAVE_RUN:-false}} "$here/migrate-one.sh" "$migrations" "$control" ||
  { cat -- "$LOG_FOLDER/$control.log" >&2; fail "The pool could not be migrated, so nothing else was."; }
`;

const migrateAll = (servesControl: boolean) => shellScript()`
# Brings ${servesControl ? "the pool and every tenant's own schema and database" : "every tenant's database"} to the newest migration:  migrate-all.sh FOLDER
# ${servesControl ? "The pool and the template go" : "The template goes"} first: where that fails, nothing else is touched. Then JOBS tenants at a time (4); one that fails doesn't
# stop the others, and the next run goes on where it stopped. Exit code: 0 all done, 1 some failed, 2 nothing was begun.
[ -d "\${1-}" ] || fail "Where are the migrations? migrate-all.sh FOLDER"
migrations=$(CDPATH='' cd -- "$1" && pwd)
LOG_FOLDER=\${LOG_FOLDER:-$(mktemp -d)}
mkdir -p -- "$LOG_FOLDER"
rm -f -- "$LOG_FOLDER"/*.done
export LOG_FOLDER
${servesControl ? POOL_FIRST : ""}
trap 'open_template false' EXIT
open_template true
"$here/migrate-one.sh" "$migrations" "$template" || { cat -- "$LOG_FOLDER/$template.log" >&2; fail "The template could not be migrated, so no tenant was."; }
open_template false
trap - EXIT

moving=$(query -d "$control" -c "SELECT slug FROM tenancy.tenants WHERE state = 'moving' ORDER BY slug")
tenants_in() {
  query -d "$control" -v placement="$1" <<'SQL'
SELECT slug FROM tenancy.tenants WHERE placement = :'placement' AND state IN ('active', 'suspended') ORDER BY slug;
SQL
}
databases=$(tenants_in database)
# shellcheck disable=SC2086 # slugs are plain words
[ -z "$databases" ] || printf 'tenant_%s\n' $databases | xargs -P "\${JOBS:-4}" -n 1 "$here/migrate-one.sh" "$migrations" || :
${
	servesControl
		? raw`schemas=$(tenants_in schema)
# shellcheck disable=SC2086 # slugs are plain words
[ -z "$schemas" ] || printf '%s\n' $schemas | xargs -P "\${JOBS:-4}" -n 1 "$here/migrate-schema.sh" "$migrations" || :`
		: "schemas="
}

finished=0
failed=
newest=
for file in "$migrations"/*.sql; do if [ -f "$file" ]; then newest=$(basename -- "$file"); fi; done
for slug in $databases $schemas; do
  if [ ! -f "$LOG_FOLDER/tenant_$slug.done" ]; then
    failed="$failed $slug"
    continue
  fi
  finished=$((finished + 1))
  query -d "$control" -v slug="$slug" -v newest="$newest" <<'SQL'
UPDATE tenancy.tenants SET schema_version = :'newest' WHERE slug = :'slug' AND :'newest' <> '';
SQL
done
printf '%s migrated, %s failed, %s left out as they are being moved.\n' "$finished" "$(printf '%s' "$failed" | wc -w)" "$(printf '%s' "$moving" | wc -w)"
for slug in $failed; do
  printf '\ntenant_%s failed:\n' "$slug"
  tail -n 5 -- "$LOG_FOLDER/tenant_$slug.log"
done
printf 'Logs: %s\n' "$LOG_FOLDER"
[ -z "$failed$moving" ] || exit 1
`;

/**
 * The scripts of tenants' own databases, in `bin/`.
 *
 * @param servesControl whether tenants are in the control database, too, so that PgBouncer leads there
 */
export function databaseScripts(servesControl: boolean): Artifact[] {
	const script = (name: string, text: string, purpose: string): Artifact => ({
		path: `bin/${name}`,
		text,
		purpose,
		executable: true,
	});
	return [
		{ path: "bin/common.sh", text: COMMON, purpose: "What all scripts share: settings and checks." },
		script("setup.sh", SETUP, "Prepares a server: groups of roles, control database, template."),
		script("provision.sh", PROVISION, "Makes a tenant's database and its two roles."),
		script("deprovision.sh", DEPROVISION, "Dumps a tenant's database, then takes away all that was made for it."),
		script("backup.sh", BACKUP, "Dumps one tenant's database."),
		script("migrate-one.sh", MIGRATE_ONE, "Runs the migrations that one database lacks."),
		script(
			"migrate-all.sh",
			migrateAll(servesControl),
			"Runs migrations in every tenant's database and says where they failed.",
		),
		script(
			"pgbouncer-databases.sh",
			pgbouncerDatabases(servesControl),
			"Writes PgBouncer's list of databases from the catalog.",
		),
	];
}
