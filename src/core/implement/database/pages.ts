/** `backup.md`. */
export function backupPage(): string {
	return `# Backup and restore of one tenant

\`bin/backup.sh SLUG FOLDER\` dumps one tenant's database with [pg_dump](https://www.postgresql.org/docs/current/app-pgdump.html): a consistent picture of one moment, while the tenant works on. Roles
and passwords are no part of it: \`bin/provision.sh\` makes them.

To look at an older state without touching the live one, restore it beside:

    createdb --template=template0 tenant_acme_restored
    psql -d tenant_acme_restored -c 'REVOKE ALL ON DATABASE tenant_acme_restored FROM PUBLIC'
    pg_restore --exit-on-error --dbname=tenant_acme_restored tenant_acme-TIME.dump

Then copy back the rows that are missed, or swap the two (\`ALTER DATABASE … RENAME\` needs both without sessions) and grant the application
\`CONNECT\` on the new one. Try a restore each quarter: a backup that nobody has restored is a hope.

**Point in time.** A dump is as old as it is. Recovery to any moment replays the write-ahead log, and that is of the **whole server**
([continuous archiving](https://www.postgresql.org/docs/current/continuous-archiving.html)): restore the server's base backup elsewhere, stop at the moment, and dump the one tenant's database from there.
If tenants are promised this within minutes, they need a server of their own.

Dumps hold customers' data: encrypt them where they are stored, and delete them when the contract with the tenant says so.
`;
}

/** `keys.md`. */
export function keysPage(): string {
	return `# A key for each tenant

| what is encrypted | whose key | how | against whom |
|---|---|---|---|
| the disk or volume | one for a server | LUKS, or your cloud's storage encryption | stolen disks, discarded hardware |
| a database | **not possible in PostgreSQL itself** | only forks and extensions have transparent encryption for each database | |
| columns | **one for each tenant** | the application encrypts, with a data key that the tenant's key in a KMS wraps | administrators, leaked dumps, other tenants |
| the connection | one for a server | TLS, \`sslmode=verify-full\` | who listens on the network |

PostgreSQL's own list is [Encryption Options](https://www.postgresql.org/docs/current/encryption-options.html). A database of its own therefore gives a tenant **no key of its own**: all databases of a server share
files, write-ahead log and storage key. Two ways do:

1. **Envelope encryption of columns.** For each tenant a key in a key management service (KMS). Make a random data key, let the KMS wrap it, and keep the *wrapped*
   key beside the data. The application asks the KMS to unwrap it, encrypts and decrypts with an authenticated cipher (AES-256-GCM), and binds tenant and column as additional
   data, so that a ciphertext moved to another row does not open. When the tenant takes its key away, its data is unreadable everywhere, old dumps included. The price: such columns
   can't be searched, sorted or joined. [pgcrypto](https://www.postgresql.org/docs/current/pgcrypto.html) does it within the server, but then key and plain text pass through the server, and can end in its log.
2. **A server for the tenant.** Its storage is encrypted with the tenant's key. Dearest, and the only way to a tenant's own key for everything, indexes and the log included.

\`dsn_ref\` in the catalog names a secret; a column for the name of the tenant's KMS key may stand beside it. The key itself never does.
`;
}
