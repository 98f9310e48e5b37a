import type pg from "pg";
import type { SqlFile } from "../../src/core/sql/statement";
import type { Kind } from "../../src/core/workspace/database";

/** How the tools send a file: as one text, or statement by statement; and whether they open a transaction for it. */
const SENDING: Readonly<Partial<Record<Kind, { asOne: boolean; transaction: (text: string) => boolean }>>> = {
	supabase: { asOne: false, transaction: () => true },
	prisma: { asOne: true, transaction: () => false },
	drizzle: { asOne: false, transaction: () => true },
	flyway: { asOne: false, transaction: (text) => !text.includes("CONCURRENTLY") },
	"golang-migrate": { asOne: true, transaction: () => false },
	goose: { asOne: false, transaction: (text) => !text.includes("-- +goose NO TRANSACTION\n") },
	dbmate: { asOne: true, transaction: (text) => !text.includes("-- migrate:up transaction:false\n") },
	sqitch: { asOne: false, transaction: () => false },
	atlas: { asOne: false, transaction: (text) => !text.startsWith("-- atlas:txmode none\n\n") },
	"node-pg-migrate": { asOne: true, transaction: () => true },
	ordered: { asOne: true, transaction: (text) => !text.startsWith("-- no-transaction\n") },
};
export const TOOLS = Object.keys(SENDING) as Kind[];

/** Runs migrations as the tool does. Rejects with what PostgreSQL refuses first. */
export async function runAsTool(client: pg.Client, kind: Kind, files: readonly SqlFile[]): Promise<void> {
	const { asOne = false, transaction = () => false } = SENDING[kind] ?? {};
	for (const { text, statements } of files) {
		const whole = text.slice(0, statements.at(-1)?.span.end);
		if (transaction(text)) await client.query("BEGIN");
		for (const sql of asOne ? [whole] : statements.map((statement) => statement.text)) await client.query(sql);
		if (transaction(text)) await client.query("COMMIT");
	}
}
