/**
 * The types that well-known extensions bring, as their documentation lists them (PostgreSQL's appendix F, and those of
 * PostGIS and pgvector): DROP EXTENSION … CASCADE drops the columns that have them.
 */
export const EXTENSION_TYPES: Readonly<Record<string, readonly string[]>> = {
	citext: ["citext"],
	hstore: ["hstore"],
	ltree: ["ltree", "lquery", "ltxtquery"],
	cube: ["cube"],
	seg: ["seg"],
	isn: ["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
	intarray: ["query_int"],
	lo: ["lo"],
	postgis: ["geometry", "geography", "box2d", "box3d"],
	vector: ["vector", "halfvec", "sparsevec"],
};
