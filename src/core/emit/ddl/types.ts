import type { SequenceModel, TypeModel } from "../../schema/model";
import { quoteIdentifier, quoteLiteral } from "../identifier";
import type { Names } from "./names";

/** `CREATE TYPE` or `CREATE DOMAIN`; null for a base type, which only code in C can make. */
export function createType(type: TypeModel, names: Names): string | null {
	const name = names.of(type);
	switch (type.kind) {
		case "enum":
			return `CREATE TYPE ${name} AS ENUM (${type.labels.map(quoteLiteral).join(", ")})`;
		case "composite":
			return `CREATE TYPE ${name} AS (${type.attributes
				.map((attribute) => `${quoteIdentifier(attribute.name)} ${names.type(attribute.type)}`)
				.join(", ")})`;
		case "domain":
			return [
				`CREATE DOMAIN ${name} AS ${names.type(type.base ?? "text")}`,
				...(type.default === null ? [] : [`DEFAULT ${names.sql(type.default)}`]),
				...(type.notNull ? ["NOT NULL"] : []),
				...type.checks.map(
					(check) => `CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${names.sql(check.expression)})`,
				),
			].join(" ");
		case "range":
			return type.definition === null ? null : `CREATE TYPE ${name} AS RANGE (${names.sql(type.definition)})`;
		case "base":
			return null;
	}
}

export function createSequence(sequence: SequenceModel, names: Names): string {
	return ["CREATE SEQUENCE", names.of(sequence), ...sequence.options].join(" ");
}
