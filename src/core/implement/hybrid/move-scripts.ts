import type { Artifact } from "../artifact";
import { raw } from "../base/raw";
import { shellScript } from "../base/shell-script";

/** What the scripts of a move share. */
const PLACES = raw`
# shellcheck shell=sh disable=SC2154 # read by scripts that set slug and control
# Where a policy would hide rows from whoever runs this, PostgreSQL shall refuse rather than leave them out.
PGOPTIONS="\${PGOPTIONS:-} -c row_security=off"
export PGOPTIONS

# Which database a place is in, and who the tenant is there.
database_of() {
  if [ "$1" = database ]; then printf 'tenant_%s' "$slug"; else printf '%s' "$control"; fi
}

# Runs SQL from standard input at a place; :slug, :tenant and :at are the tenant's and the place's.
at() {
  query -d "$(database_of "$1")" -v slug="$slug" -v tenant="$tenant" -v at="$1"
}

# A move copies columns as they are, so both places must have the same migrations.
same_migrations() {
  for place in "$1" "$2"; do
    if [ "$place" = schema ]; then ledger="tenancy.schema_migrations WHERE slug = :'slug'"; else ledger=tenancy.migrations; fi
    printf 'SELECT name FROM %s ORDER BY name COLLATE "C";\n' "$ledger" | at "$place" >"$3/migrations.$place"
  done
  diff -- "$3/migrations.$1" "$3/migrations.$2" >&2 ||
    fail "Source and target have not had the same migrations (above): run bin/migrate-all.sh. What an earlier stay left may stand in the way: bin/clean-up.sh $slug $2"
}

find_tenant() {
  slug=$1
  check_slug "$slug"
  tenant=$(query -d "$control" -v slug="$slug" <<'SQL'
SELECT tenant_id FROM tenancy.tenants WHERE slug = :'slug';
SQL
  )
  [ -n "$tenant" ] || fail "There is no tenant $slug."
}

drop_database() {
  at row <<'SQL'
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname = 'tenant_' || :'slug' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname IN ('tenant_' || :'slug' || '_app', 'tenant_' || :'slug' || '_owner') \gexec
SQL
  refresh_pgbouncer
}

# Reads and writes are as before the move; nothing happens where it has cut over.
call_off() {
  called_off=$(query -d "$control" -v slug="$slug" <<'SQL'
SELECT tenancy.call_off(:'slug');
SQL
  )
  if [ "$called_off" = t ] && [ "$1" = database ]; then
    at database <<'SQL'
\o /dev/null
SELECT tenancy.set_state(:'tenant', 'database', 'open');
SQL
  fi
}
`;

const MOVE = shellScript("places.sh")`
# Moves a tenant:  move.sh SLUG row|schema|database
# Reads are served throughout. Writes are refused (SQLSTATE TM002) from the fence to the cut-over: about as long as copying
# and comparing the tenant's rows takes. Where anything fails before the cut-over, the source serves on as before.
find_tenant "\${1-}"
to=\${2-}
begun=$(query -d "$control" -v slug="$slug" -v to="$to" <<'SQL'
SELECT * FROM tenancy.begin_move(:'slug', :'to');
SQL
)
from=\${begun%|*}
move=\${begun#*|}
# shellcheck disable=SC2154 # the trap sets it
trap 'status=$?; trap - EXIT; call_off "$from" || printf "%s\n" "Calling off failed, too: run bin/call-off.sh $slug" >&2; [ $status -ne 0 ] || status=1; exit $status' EXIT
trap 'exit 1' INT TERM
work=$(mktemp -d)

# 1. The target, empty. Whatever an earlier try left is taken away; a place that serves is never touched.
case $to in
  schema) at row <<'SQL' ;;
\o /dev/null
SELECT tenancy.make_schema(:'slug');
SQL
  database) "$here/provision.sh" "$slug" "$tenant" ;;
esac
at "$to" <<'SQL'
\o /dev/null
SELECT tenancy.set_state(:'tenant', :'at', 'filling');
SELECT tenancy.clear(:'slug', :'tenant', :'at');
SQL

same_migrations "$from" "$to" "$work"

# 2. The fence: from here on the source's rows stand still. A writer that doesn't end within a minute ends the move.
at "$from" <<'SQL'
\o /dev/null
SET lock_timeout = '60s';
SELECT tenancy.set_state(:'tenant', :'at', 'fenced');
SELECT tenancy.wait_for_writers(:'tenant');
SQL

# 3. The copy, table by table; triggers of the product don't fire, as what they do has been done.
shared=false
if [ "$to" = database ]; then shared=true; fi
{ printf '%s\n' "\set shared $shared" "\set work $work"; cat <<'SQL'; } | at "$from" >"$work/out.sql"
SELECT tenancy.copy_out(t, :'slug', :'tenant', :'at', :'work') FROM tenancy.moved_tables t WHERE NOT is_shared OR :'shared' ORDER BY position;
SQL
{ printf '%s\n' "\set shared $shared" "\set work $work"; cat <<'SQL'; } | at "$to" >"$work/in.sql"
SELECT tenancy.copy_in(t, :'slug', :'at', :'work') FROM tenancy.moved_tables t WHERE NOT is_shared OR :'shared' ORDER BY is_shared DESC, position;
SQL
# To files first: a pipe would hide that its first half failed.
query -d "$(database_of "$from")" -f "$work/out.sql"
query -d "$(database_of "$to")" --single-transaction -c "SET LOCAL session_replication_role = replica" -f "$work/in.sql"
if [ "$to" = database ]; then at database <<'SQL'; fi
\o /dev/null
SELECT tenancy.advance_sequences();
SQL

# 4. The comparison: every table has the same number of rows and the same checksum, and no reference leads nowhere.
for place in "$from" "$to"; do
  { printf '%s\n' "\set shared $shared"; cat <<'SQL'; } | at "$place" >"$work/$place"
SET tenancy.moving = :'tenant';
SELECT line FROM tenancy.checksums(:'slug', :'at', :'shared') ORDER BY line COLLATE "C";
SQL
done
diff -- "$work/$from" "$work/$to" >&2 || fail "Source and target differ (above): nothing was changed."
at "$to" >"$work/orphans" <<'SQL'
SET tenancy.moving = :'tenant';
SELECT line FROM tenancy.orphans(:'slug', :'at');
SQL
if [ -s "$work/orphans" ]; then cat -- "$work/orphans" >&2; fail "These rows of the target point at nothing: nothing was changed."; fi

same_migrations "$from" "$to" "$work"

# 5. The cut-over. The target opens first, as nobody is sent there yet; then one UPDATE in the catalog sends everybody.
if [ "$to" = database ]; then at database <<'SQL'; fi
\o /dev/null
SELECT tenancy.set_state(:'tenant', :'at', 'open');
SQL
query -d "$control" -v slug="$slug" -v move="$move" -v dsn_ref="\${DSN_REF:-service=tenant_$slug}" <<'SQL'
\o /dev/null
SELECT tenancy.cut_over(:'slug', :move, :'dsn_ref');
SQL
trap - EXIT
if [ "$from" = database ]; then at database <<'SQL'; fi
\o /dev/null
SELECT tenancy.set_state(:'tenant', :'at', 'left');
SQL
cat -- "$work/$to"
rm -rf -- "$work"
printf 'Tenant %s moved from %s to %s. What it left is kept until: bin/clean-up.sh %s %s\n' "$slug" "$from" "$to" "$slug" "$from"
`;

const CALL_OFF = shellScript("places.sh")`
# Calls off a move that was interrupted before its cut-over:  call-off.sh SLUG
find_tenant "\${1-}"
from=$(query -d "$control" -v slug="$slug" <<'SQL'
SELECT placement FROM tenancy.tenants WHERE slug = :'slug';
SQL
)
call_off "$from"
`;

const CLEAN_UP = shellScript("places.sh")`
# Takes away what a moved tenant left, after the days of grace:  clean-up.sh SLUG row|schema|database
# A place that serves the tenant is never touched. After this, the way back is a move like any other.
find_tenant "\${1-}"
place=\${2-}
case $place in row | schema | database) ;; *) fail "clean-up.sh SLUG row|schema|database" ;; esac
now=$(query -d "$control" -v slug="$slug" <<'SQL'
SELECT placement || ' ' || state FROM tenancy.tenants WHERE slug = :'slug';
SQL
)
[ "\${now#* }" = active ] || fail "Tenant $slug is \${now#* }."
[ "\${now% *}" != "$place" ] || fail "Tenant $slug is served from there."
case $place in
  row) at row <<'SQL' ;;
\o /dev/null
BEGIN;
SELECT tenancy.clear(:'slug', :'tenant', 'row');
DELETE FROM tenancy.places WHERE tenant_id = :'tenant' AND placement = 'row';
COMMIT;
SQL
  schema) at row <<'SQL' ;;
\o /dev/null
BEGIN;
SELECT tenancy.drop_schema(:'slug');
DELETE FROM tenancy.places WHERE tenant_id = :'tenant' AND placement = 'schema';
COMMIT;
SQL
  database) drop_database ;;
esac
`;

const REMOVE = shellScript("places.sh")`
# Takes a tenant away, wherever it is:  remove.sh SLUG FOLDER
# Its rows go to FOLDER first: a dump of its database, or a file for each table (COPY's text format). Can be run again.
[ -d "\${2-}" ] || fail "Where do the last rows go? remove.sh SLUG FOLDER"
find_tenant "\${1-}"
place=$(query -d "$control" -v slug="$slug" <<'SQL'
SELECT placement || ' ' || state FROM tenancy.tenants WHERE slug = :'slug';
SQL
)
[ "\${place#* }" != moving ] || fail "Tenant $slug is being moved: let that finish, or call it off."
place=\${place% *}

# The catalog sends nobody there any more, and what still writes is waited for.
query -d "$control" -v slug="$slug" <<'SQL'
UPDATE tenancy.tenants SET state = 'suspended' WHERE slug = :'slug' AND state = 'active';
SQL
if [ "$place" != database ]; then
  at "$place" <<'SQL'
\o /dev/null
SET lock_timeout = '60s';
SELECT tenancy.set_state(:'tenant', :'at', 'left');
SELECT tenancy.wait_for_writers(:'tenant');
SQL
  umask 077
  rows=$2/tenant_$slug
  mkdir -p -- "$rows"
  { printf '\\set folder %s\n' "'$(printf '%s' "$rows" | sed "s/'/''/g")'"; cat <<'SQL'; } | at "$place" >"$rows/out.sql"
SELECT tenancy.copy_out(t, :'slug', :'tenant', :'at', :'folder') FROM tenancy.moved_tables t WHERE NOT is_shared ORDER BY position;
SQL
  query -d "$control" -f "$rows/out.sql"
fi
at row <<'SQL'
\o /dev/null
BEGIN;
SELECT tenancy.set_state(:'tenant', 'row', 'left');
SELECT tenancy.clear(:'slug', :'tenant', 'row');
DELETE FROM tenancy.places WHERE tenant_id = :'tenant';
SELECT tenancy.drop_schema(:'slug');
COMMIT;
SQL
if [ "$place" = database ]; then
  "$here/deprovision.sh" "$slug" "$2"
else
  at row <<'SQL'
DELETE FROM tenancy.tenants WHERE slug = :'slug';
SQL
  # A database that an earlier move left.
  drop_database
fi
`;

/** The scripts of moves, in `bin/`, beside those of tenants' own databases. */
export function moveScripts(): Artifact[] {
	return [
		{ path: "bin/places.sh", text: PLACES, purpose: "What the scripts of a move share." },
		{
			path: "bin/move.sh",
			text: MOVE,
			purpose: "Moves a tenant to another place, compares, and cuts over.",
			executable: true,
		},
		{ path: "bin/call-off.sh", text: CALL_OFF, purpose: "Calls off a move that was interrupted.", executable: true },
		{
			path: "bin/remove.sh",
			text: REMOVE,
			purpose: "Saves a tenant's rows, then takes it away, wherever it is.",
			executable: true,
		},
		{ path: "bin/clean-up.sh", text: CLEAN_UP, purpose: "Takes away what a moved tenant left.", executable: true },
	];
}
