import type { Artifact } from "../artifact";
import { WHY } from "./bindings-typescript";

const HASH = WHY.map((line) => `# ${line}`).join("\n");

const sqlalchemy = (setting: string) => `${HASH}
from contextlib import contextmanager
from typing import Iterator

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session


@contextmanager
def tenant_session(engine: Engine, tenant: str) -> Iterator[Session]:
    """A session whose one transaction is bound to the tenant; committed at the end, rolled back on an error."""
    with Session(engine) as session, session.begin():
        session.execute(text("SELECT set_config('${setting}', :tenant, true)"), {"tenant": str(tenant)})
        yield session
`;

const django = (setting: string) => `${HASH}
# Behind PgBouncer in transaction mode, also set DISABLE_SERVER_SIDE_CURSORS in DATABASES:
# https://docs.djangoproject.com/en/stable/ref/databases/#transaction-pooling-server-side-cursors
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def tenant_transaction(tenant, using=DEFAULT_DB_ALIAS):
    """A transaction that is bound to the tenant. It refuses to stand within another one, where the binding would outlive it."""
    with transaction.atomic(using=using, durable=True):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('${setting}', %s, true)", [str(tenant)])
        yield


class TenantMiddleware:
    """Binds each request of a signed-in user to the user's tenant. Set ATOMIC_REQUESTS to False: this is the transaction."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        tenant = tenant_of(request)
        if tenant is None:
            return self.get_response(request)
        with tenant_transaction(tenant):
            return self.get_response(request)


def tenant_of(request):
    """The tenant that the login has verified. What a header or the address says is only a wish."""
    return request.session.get("tenant_id")
`;

const rails = (setting: string) => `${HASH}
# Behind PgBouncer before 1.21 in transaction mode, also set prepared_statements: false in database.yml.
module TenantTransaction
  # Yields within a transaction that is bound to the tenant.
  def self.with(tenant_id)
    connection = ActiveRecord::Base.connection
    # Within another transaction the binding would outlive the block.
    raise "A transaction is open already" if connection.transaction_open?

    ActiveRecord::Base.transaction do
      bind = ActiveRecord::Base.sanitize_sql_array(["SELECT set_config('${setting}', ?, true)", tenant_id.to_s])
      connection.execute(bind)
      yield
    end
  end
end

# In ApplicationController:
#
#   around_action :bind_tenant
#
#   def bind_tenant(&action)
#     TenantTransaction.with(current_user.tenant_id, &action)
#   end
`;

const pgx = (setting: string) => `// Package tenancy binds transactions to tenants.
package tenancy

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

${WHY.map((line) => `// ${line}`).join("\n")}
func WithTenant(ctx context.Context, pool *pgxpool.Pool, tenant string, work func(tx pgx.Tx) error) error {
	if tenant == "" {
		return errors.New("tenancy: no tenant")
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('${setting}', $1, true)", tenant); err != nil {
			return err
		}
		return work(tx)
	})
}
`;

const README = (setting: string) => `# Binding a session to its tenant

Each snippet does the same three things: it opens a transaction, sets \`${setting}\` for this transaction only, and runs
your queries in it.

**Why in a transaction.** Connections are pooled: a request gets one that served somebody else a moment ago. A plain
\`SET\` stays on the connection after the request, so that the next request, another customer's, would read as the customer
before. \`set_config(…, true)\`, the same as \`SET LOCAL\`, ends with the transaction, whether it commits or fails. It is
also the only way that PgBouncer's transaction mode allows: there, two statements outside of a transaction may well run
on two different connections.

**What to check in review**

- No query runs outside of these functions. One that does raises an error rather than show everybody's rows.
- The tenant comes from the verified login. A header, a subdomain or a field of the request may only choose among the
  tenants that the login has a right to.
- A background job binds its tenant, too: put the tenant into the job's arguments.
- Nothing starts a transaction within another one to change the tenant.
- Caches (HTTP, Redis, in memory) have the tenant in their keys: policies guard the database alone.

**Prepared statements.** PgBouncer 1.21 and later can carry them in transaction mode (\`max_prepared_statements\`); with an
older one, turn them off in the client.

**Sources**

- PgBouncer: features by pooling mode, https://www.pgbouncer.org/features.html
- PostgreSQL: \`set_config\`, https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET
- PostgreSQL: SET LOCAL, https://www.postgresql.org/docs/current/sql-set.html
`;

/** `bindings/` for other languages, and why they are as they are. */
export function otherBindings(setting: string): Artifact[] {
	return [
		{
			path: "bindings/README.md",
			text: README(setting),
			purpose: "Why each request needs a transaction that is bound to its tenant, also behind PgBouncer.",
		},
		{
			path: "bindings/sqlalchemy_tenant.py",
			text: sqlalchemy(setting),
			purpose: "Binds a transaction of SQLAlchemy to one tenant.",
		},
		{ path: "bindings/django_tenant.py", text: django(setting), purpose: "Binds a request of Django to one tenant." },
		{
			path: "bindings/rails_tenant.rb",
			text: rails(setting),
			purpose: "Binds a transaction of Rails to one tenant.",
		},
		{ path: "bindings/pgx_tenant.go", text: pgx(setting), purpose: "Binds a transaction of Go's pgx to one tenant." },
	];
}
