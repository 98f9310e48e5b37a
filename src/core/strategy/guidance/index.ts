import type { Answers, Strategy } from "../../tenancy/answers";
import { database } from "./database";
import type { Guidance, Risk } from "./guidance";
import { hybrid } from "./hybrid";
import { row } from "./row";
import { schema } from "./schema";

const GUIDANCE: Readonly<Record<Strategy, Guidance>> = { row, schema, database, hybrid };

/** What to know of a strategy, with the risks of what it is run on. */
export function guidanceFor(strategy: Strategy, answers: Answers): Guidance {
	const guidance = GUIDANCE[strategy];
	return { ...guidance, risks: [...guidance.risks, ...hostingRisks(answers)] };
}

function hostingRisks({ hosting, tenants }: Answers): Risk[] {
	const risks: Risk[] = [];
	if (hosting.pooler === "rds-proxy")
		risks.push({
			text: "RDS Proxy pins a connection to its client once a session setting changes: the pool stops pooling.",
			mitigation:
				"Set the tenant only inside transactions, and watch `DatabaseConnectionsCurrentlySessionPinned`: AWS names `SET` as a cause and does not say whether `SET LOCAL` is one.",
			source: "aws-rds-pinning",
		});
	if (hosting.pooler === "pgbouncer")
		risks.push({
			text: "Prepared statements fail in PgBouncer's transaction mode before 1.21.",
			mitigation: "Use PgBouncer 1.21 or later with `max_prepared_statements` above 0.",
			source: "pgbouncer-changelog",
		});
	if (hosting.pooler === "supavisor")
		risks.push({
			text: "Supavisor's transaction mode (port 6543) keeps nothing of a session, prepared statements included.",
			mitigation: "Set the tenant inside each transaction, and turn prepared statements off in the driver.",
			source: "supabase-connecting",
		});
	if (hosting.pooler === "none" && Math.max(tenants.now, tenants.inTwoYears) > 100)
		risks.push({
			text: "Without a pooler each process of the application holds its connections, and `max_connections` is 100 by default.",
			mitigation: "Plan for a pooler in transaction mode, and bind the tenant inside transactions from the start.",
			source: "postgres-connections",
		});
	return risks;
}
