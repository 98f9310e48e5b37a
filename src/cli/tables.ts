import type { Diagram } from "../core/diagram/diagram";
import { findTables } from "../core/diagram/select";
import { Failure } from "./failure";

/** The table that somebody names, with its schema or without. @throws {Failure} where there is none, or more than one */
export function tableNamed(diagram: Diagram, name: string): string {
	const [found, ...more] = findTables(diagram, name);
	if (found === undefined) throw noSuchTable(diagram, name);
	if (more.length > 0)
		throw new Failure(`Several tables are called ${name}: ${[found, ...more].join(", ")}. Name one with its schema.`);
	return found;
}

/** Says so, with those that are called alike. */
export function noSuchTable(diagram: Pick<Diagram, "tables">, name: string): Failure {
	const part = name.toLowerCase().split(".").at(-1) ?? "";
	const similar = diagram.tables
		.filter((table) => table.name.toLowerCase().includes(part) || part.includes(table.name.toLowerCase()))
		.slice(0, 5);
	const nearest = similar.length > 0 ? ` Did you mean ${similar.map((table) => table.id).join(", ")}?` : "";
	return new Failure(`There is no table ${name}.${nearest}`);
}
