import type { Artifact } from "../artifact";
import { shellScript } from "../base/shell-script";

const MIGRATE_SCHEMA = shellScript()`
# Runs the migrations that one tenant's own schema lacks:  migrate-schema.sh FOLDER SLUG
# The same files as everywhere, in the same way (see migrate-one.sh); names without a schema are the tenant's tables. A file
# whose first line is "-- shared" changes what all share, so it has run in the pool and is only noted here; so is any file where
# MIGRATIONS_HAVE_RUN is true.
slug=\${2-}
[ -d "\${1-}" ] || fail "migrate-schema.sh FOLDER SLUG"
check_slug "$slug"
if [ -n "\${LOG_FOLDER:-}" ]; then exec >"$LOG_FOLDER/tenant_$slug.log" 2>&1; fi
cd -- "$1" || exit
for file in *.sql; do
  [ -f "$file" ] || continue
  check_migration "$file"
  noted=\${MIGRATIONS_HAVE_RUN:-$(begins_with "$file" "-- shared")}
  query -d "$control" -v slug="$slug" -v name="$file" -v sum="$(cksum <"$file")" -v noted="$noted" -v alone="$(begins_with "$file" "-- no transaction")" <<'SQL' ||
SELECT tenancy.begin_schema_migration(:'slug', :'name', :'sum') AS due \gset
\if :due
  SET lock_timeout = '5s';
  \if :noted
    BEGIN;
  \elif :alone
    \i :name
    BEGIN;
  \else
    BEGIN;
    \i :name
  \endif
  \o /dev/null
  SELECT tenancy.end_schema_migration(:'slug', :'name', :'sum');
  COMMIT;
  \echo ran :name
\endif
SQL
    fail "tenant_$slug stopped at $file."
done
if [ -n "\${LOG_FOLDER:-}" ]; then : >"$LOG_FOLDER/tenant_$slug.done"; fi
`;

const UPDATE_PLACES = shellScript()`
# After the files were generated again for tables that migrations made: tells the pool, the template and tenants' databases.
query -d "$control" -o /dev/null --single-transaction -f "$folder/sql/place.sql" -f "$folder/sql/router.sql"
open_template true
trap 'open_template false' EXIT
query -d "$template" -o /dev/null --single-transaction -f "$folder/sql/database.sql"
query -d "$control" -c "SELECT slug FROM tenancy.tenants WHERE placement = 'database' AND state IN ('active', 'suspended') ORDER BY slug" | while read -r slug; do
  query -d "tenant_$slug" -o /dev/null --single-transaction -f "$folder/sql/database.sql"
done
`;

/** The scripts that keep places alike, in `bin/`. */
export function migrateScripts(): Artifact[] {
	return [
		{
			path: "bin/migrate-schema.sh",
			text: MIGRATE_SCHEMA,
			purpose: "Runs the migrations that one tenant's own schema lacks.",
			executable: true,
		},
		{
			path: "bin/update-places.sh",
			text: UPDATE_PLACES,
			purpose: "Tells all places of tables that migrations made.",
			executable: true,
		},
	];
}
