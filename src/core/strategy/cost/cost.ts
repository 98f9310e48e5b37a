import { type Answers, STRATEGIES, type Strategy } from "../../tenancy/answers";
import type { Recommendation } from "../recommend";
import { isolationOf } from "../requirements";
import {
	ACTIVE_SHARE,
	BASE_HOURS,
	CONNECTIONS_PER_SERVER,
	DISK_BYTES_PER_DATABASE,
	DISK_BYTES_PER_TABLE,
	FAILED_MIGRATIONS,
	HOURS_PER_DATABASE,
	HOURS_PER_FAILED_MIGRATION,
	OWN_POOL,
	QUERIES_PER_SERVER,
	RELEASES_PER_MONTH,
	ROUTER_HOURS,
} from "./anchors";
import { type Sizing, sizingOf } from "./sizing";

/** US dollars a month. */
export interface Monthly {
	readonly servers: number;
	readonly storage: number;
	readonly backup: number;
	readonly work: number;
	readonly total: number;
	/** What a further typical tenant adds. Of a database each it never falls, however many there are: each takes the same. */
	readonly perTenant: number;
	/** Servers, in whole ones where one is shared by all, in shares where each tenant takes a part. */
	readonly serverCount: number;
	readonly hours: number;
}

export interface StrategyCost {
	readonly sizing: Sizing;
	readonly monthly: Monthly;
}

export interface Cost {
	readonly now: Readonly<Record<Strategy, StrategyCost>>;
	readonly inTwoYears: Readonly<Record<Strategy, StrategyCost>>;
	/** The total a month over the number of tenants, for a chart. */
	readonly curve: readonly { readonly tenants: number; readonly totals: Readonly<Record<Strategy, number>> }[];
}

type For = Pick<Recommendation, "needs" | "floor">;

/** What each strategy costs today, in two years, and on the way there. Every number is finite and not below 0. */
export function costOf(plan: For): Cost {
	const { tenants } = plan.needs.answers;
	const all = (count: number) => byStrategy((strategy) => strategyCost(plan, strategy, count));
	const most = Math.max(10, plan.needs.tenants);
	const counts = [...new Set([0.02, 0.1, 0.25, 0.5, 0.75, 1].map((part) => Math.ceil(part * most)))];
	return {
		now: all(tenants.now),
		inTwoYears: all(plan.needs.tenants),
		curve: counts.map((count) => ({
			tenants: count,
			totals: byStrategy((strategy) => strategyCost(plan, strategy, count).monthly.total),
		})),
	};
}

/** What a strategy costs with so many tenants. */
export function strategyCost({ needs, floor }: For, strategy: Strategy, tenants: number): StrategyCost {
	const shared = isolationOf("hybrid", needs, floor).everybody;
	const sizing = sizingOf(strategy, needs, shared, tenants);
	const isBySchema = strategy === "schema" || (strategy === "hybrid" && shared !== "row");
	const { unitPrices: prices, queriesPerSecond } = needs.answers;
	const loadServers = Math.max(1, Math.ceil(queriesPerSecond / QUERIES_PER_SERVER), sizing.sharedDatabases);
	const sharesOfServers =
		((sizing.ownDatabases - sizing.ownServers) * OWN_POOL * ACTIVE_SHARE) / CONNECTIONS_PER_SERVER;
	const servers =
		(loadServers + sharesOfServers) * prices.serverPerMonth + sizing.ownServers * prices.smallServerPerMonth;
	const baseHours = BASE_HOURS + (strategy === "hybrid" ? ROUTER_HOURS : 0);
	const hours =
		baseHours +
		RELEASES_PER_MONTH * sizing.places * FAILED_MIGRATIONS * HOURS_PER_FAILED_MIGRATION +
		sizing.ownDatabases * HOURS_PER_DATABASE;
	const storage = sizing.storageGB * prices.storageGBPerMonth;
	const backup = sizing.storageGB * prices.backupGBPerMonth;
	const work = hours * prices.engineerHour;
	const total = servers + storage + backup + work;
	const perTenant = furtherTenant(needs.answers, strategy, isBySchema || strategy === "database");
	return {
		sizing,
		monthly: {
			servers,
			storage,
			backup,
			work,
			total,
			perTenant,
			serverCount: loadServers + sharesOfServers + sizing.ownServers,
			hours,
		},
	};
}

/** What one more typical tenant costs a month; it brings its data, and what its place takes. */
function furtherTenant({ unitPrices, data, tables, perTenant }: Answers, strategy: Strategy, isPlace: boolean): number {
	const ownDatabase = strategy === "database";
	const bytes = (isPlace ? tables * DISK_BYTES_PER_TABLE : 0) + (ownDatabase ? DISK_BYTES_PER_DATABASE : 0);
	const hours =
		(isPlace ? RELEASES_PER_MONTH * FAILED_MIGRATIONS * HOURS_PER_FAILED_MIGRATION : 0) +
		(ownDatabase ? HOURS_PER_DATABASE : 0);
	const server = !ownDatabase
		? 0
		: perTenant.encryptionKeys
			? unitPrices.smallServerPerMonth
			: (OWN_POOL * ACTIVE_SHARE * unitPrices.serverPerMonth) / CONNECTIONS_PER_SERVER;
	return (
		server +
		hours * unitPrices.engineerHour +
		(data.perTenantGB + bytes / 1e9) * (unitPrices.storageGBPerMonth + unitPrices.backupGBPerMonth)
	);
}

function byStrategy<Value>(make: (strategy: Strategy) => Value): Record<Strategy, Value> {
	return Object.fromEntries(STRATEGIES.map((strategy) => [strategy, make(strategy)])) as Record<Strategy, Value>;
}
