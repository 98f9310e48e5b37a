/** How a script for one tenant begins: what it is for, what it takes, and how it asks about the tenant. */
const tenantScript = (about: string, body: string) => `#!/bin/sh
${about}
set -eu
if [ $# -ne 2 ]; then
	echo "usage: $0 SLUG FILE" >&2
	exit 2
fi
slug=$1
file=$2
ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 -v slug="$slug" "$@" -f -; }
schema=$(echo "SELECT quote_ident(schema_name) FROM tenancy.tenants WHERE slug = :'slug'" | ask)
if [ -z "$schema" ]; then
	echo "no tenant is called $slug" >&2
	exit 1
fi
${body}`;

/** Backs one tenant up: its schema, and how far it was. */
export const BACKUP = tenantScript(
	`# Backs up one tenant: backup-one-tenant.sh SLUG FILE
# Connects as libpq does (PGHOST, PGDATABASE, PGUSER, ~/.pgpass); no password belongs here.`,
	`# The version first: a migration in between makes the dump newer than it says, and then runs again and is refused, which is
# better than a dump that is older than it says.
echo "SELECT version FROM tenancy.tenants WHERE slug = :'slug'" | ask > "$file.version.part"
pg_dump --format=custom --schema="$schema" --file="$file.part"
pg_restore --list "$file.part" > /dev/null
mv "$file.part" "$file"
mv "$file.version.part" "$file.version"
echo "$slug is in $file, at version $(cat "$file.version")"
`,
);

/** Restores one tenant; what was there is put aside and not deleted. */
export const RESTORE = tenantScript(
	`# Restores one tenant from a backup: restore-one-tenant.sh SLUG FILE
# The schema that is there is renamed to NAME_before, and stays until you drop it. Other tenants are not touched.`,
	`version=$(cat "$file.version")
if ! pg_restore --list "$file" | grep -q " SCHEMA - $(echo "$schema" | tr -d '"') "; then
	echo "$file holds no schema $schema" >&2
	exit 1
fi
if [ -n "$(echo "SELECT 1 FROM tenancy.tenants WHERE slug = :'slug' AND to_regnamespace(quote_ident(left(schema_name, 56) || '_before')) IS NOT NULL" | ask)" ]; then
	echo "the schema that an earlier restore put aside is still there: drop it first" >&2
	exit 1
fi
# Nobody writes meanwhile, and nobody is let in before all is there.
ask << 'SQL'
SELECT tenancy.suspend(:'slug');
SELECT format('ALTER SCHEMA %I RENAME TO %I', schema_name, left(schema_name, 56) || '_before') FROM tenancy.tenants WHERE slug = :'slug' \\gexec
SQL
if ! pg_restore --dbname="\${PGDATABASE:-\${PGUSER:-$(id -un)}}" --single-transaction --exit-on-error "$file"; then
	ask << 'SQL'
SELECT format('ALTER SCHEMA %I RENAME TO %I', left(schema_name, 56) || '_before', schema_name) FROM tenancy.tenants WHERE slug = :'slug' \\gexec
SELECT tenancy.resume(:'slug');
SQL
	echo "nothing was restored; $slug is as it was" >&2
	exit 1
fi
ask -v version="$version" << 'SQL'
BEGIN;
SELECT tenancy.restored(:'slug', :version);
SELECT tenancy.resume(:'slug');
COMMIT;
SQL
echo "$slug is restored at version $version. Rows now, and before:"
ask << 'SQL'
SELECT format('SELECT %1$L, (SELECT count(*) FROM %2$I.%1$I), (SELECT count(*) FROM %3$I.%1$I)', c.relname, t.schema_name, left(t.schema_name, 56) || '_before')
FROM tenancy.tenants t JOIN pg_class c ON c.relnamespace = to_regnamespace(quote_ident(t.schema_name)) AND c.relkind = 'r'
WHERE t.slug = :'slug' AND to_regclass(format('%I.%I', left(t.schema_name, 56) || '_before', c.relname)) IS NOT NULL
ORDER BY c.relname \\gexec
SQL
echo "CALL tenancy.migrate_all() brings it up to date; DROP SCHEMA \${schema}_before CASCADE once you looked."
`,
);
