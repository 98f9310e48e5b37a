import type { Strategy } from "../../tenancy/answers";
import type { Level } from "../demands";
import { type Needs, totalAt } from "../needs";
import { MOST_SCHEMAS, RELATIONS_PER_TABLE } from "../requirements";
import {
	ACTIVE_SHARE,
	CATALOG_BYTES_PER_TABLE,
	DISK_BYTES_PER_DATABASE,
	DISK_BYTES_PER_TABLE,
	MEMORY_BYTES_PER_TOUCHED_TABLE,
	MEMORY_MB_PER_CONNECTION,
	OWN_POOL,
	SHARED_POOL,
} from "./anchors";

/** What a strategy takes for so many tenants. */
export interface Sizing {
	readonly tenants: number;
	/** Databases that several tenants share. */
	readonly sharedDatabases: number;
	/** Databases of one tenant. */
	readonly ownDatabases: number;
	/** Servers that stand for one tenant: for its key, or its speed. */
	readonly ownServers: number;
	/** Places that a release migrates: schemas and databases. */
	readonly places: number;
	/** Tables, indexes and what belongs to them, over all databases. */
	readonly relations: number;
	readonly catalogBytes: number;
	/** Server connections that are open in the busiest hour. */
	readonly connections: number;
	/** Memory of those connections, in GB of 10⁹ bytes. */
	readonly memoryGB: number;
	readonly storageGB: number;
	/** Of one release, one place after the other. */
	readonly migrationMinutes: number;
}

/**
 * @param shared how tenants that share are kept apart; concerns the hybrid
 * @param tenants how many there are then
 */
export function sizingOf(strategy: Strategy, needs: Needs, shared: Level, tenants: number): Sizing {
	const { answers } = needs;
	const apart = apartOf(needs, tenants);
	const own = strategy === "database" ? tenants : strategy === "hybrid" ? apart : 0;
	const sharing = tenants - own;
	const isBySchema = strategy === "schema" || (strategy === "hybrid" && shared !== "row");
	const sharedDatabases = strategy === "database" ? 0 : isBySchema ? Math.max(1, Math.ceil(sharing / MOST_SCHEMAS)) : 1;
	const sharedPlaces = strategy === "database" ? 0 : isBySchema ? Math.max(1, sharing) : 1;
	const places = sharedPlaces + own;
	const tables = places * answers.tables;
	const sharedConnections = sharedDatabases * SHARED_POOL;
	const ownConnections = Math.ceil(own * OWN_POOL * ACTIVE_SHARE);
	// A connection in a shared database touches, in time, the tables of all tenants there.
	const touched =
		sharedConnections * answers.tables * (sharedDatabases === 0 ? 0 : sharedPlaces / sharedDatabases) +
		ownConnections * answers.tables;
	const connections = sharedConnections + ownConnections;
	const { encryptionKeys, noisyNeighbourGuarantee } = answers.perTenant;
	const someOwnServers = noisyNeighbourGuarantee || answers.compliance.includes("byok");
	return {
		tenants,
		sharedDatabases,
		ownDatabases: own,
		ownServers: encryptionKeys ? own : someOwnServers ? Math.min(own, apart) : 0,
		places,
		relations: tables * RELATIONS_PER_TABLE,
		catalogBytes: tables * CATALOG_BYTES_PER_TABLE,
		connections,
		memoryGB: (connections * MEMORY_MB_PER_CONNECTION * 1e6 + touched * MEMORY_BYTES_PER_TOUCHED_TABLE) / 1e9,
		storageGB:
			totalAt(answers, tenants) +
			(tables * DISK_BYTES_PER_TABLE + (sharedDatabases + own) * DISK_BYTES_PER_DATABASE) / 1e9,
		migrationMinutes: (places * answers.unitPrices.migrationSeconds) / 60,
	};
}

/** Tenants with a place of their own when there are so many: in proportion to those planned for, but never none of some. */
function apartOf({ apart, tenants: planned }: Needs, tenants: number): number {
	if (apart === 0 || tenants === 0) return 0;
	return Math.min(
		tenants,
		planned === 0 ? apart : Math.max(1, Math.round((apart * Math.min(tenants, planned)) / planned)),
	);
}
