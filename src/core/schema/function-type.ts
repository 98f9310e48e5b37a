import type { Node } from "@pgsql/types";
import type { FunctionDraft, TypeRef } from "./drafts";
import { typeOf } from "./expression-type";
import type { QueryScope } from "./output-columns";
import { as } from "./tree";
import { textType } from "./type-name";
import {
	arrayOf,
	BIGINT,
	BOOLEAN,
	DATE,
	DOUBLE,
	INTEGER,
	INTERVAL,
	NUMERIC,
	plain,
	TEXT,
	TIMESTAMP,
	TIMESTAMPTZ,
	withoutModifier,
} from "./well-known-types";

/** Functions that always give the same type. */
const RESULTS: Readonly<Record<string, TypeRef>> = Object.fromEntries(
	(
		[
			[BIGINT, "count row_number rank dense_rank nextval currval lastval"],
			[TIMESTAMPTZ, "now transaction_timestamp statement_timestamp clock_timestamp to_timestamp make_timestamptz"],
			[textType("uuid"), "gen_random_uuid uuid_generate_v4 uuid_generate_v1 uuidv7"],
			[
				TEXT,
				"lower upper concat concat_ws string_agg trim btrim ltrim rtrim substring substr left right replace regexp_replace md5 to_char format initcap lpad rpad split_part encode quote_ident quote_literal translate repeat reverse array_to_string current_setting chr jsonb_typeof json_typeof",
			],
			[
				INTEGER,
				"length char_length octet_length position strpos array_length cardinality jsonb_array_length json_array_length ascii ntile",
			],
			[BOOLEAN, "bool_or bool_and every starts_with jsonb_exists"],
			[
				textType("jsonb"),
				"jsonb_agg jsonb_object_agg jsonb_build_object jsonb_build_array to_jsonb jsonb_set jsonb_insert jsonb_strip_nulls",
			],
			[textType("json"), "json_agg json_object_agg json_build_object json_build_array to_json row_to_json"],
			[DOUBLE, "random date_part sqrt pi cume_dist percent_rank"],
			[textType("bytea"), "decode digest sha256 gen_random_bytes"],
			[INTERVAL, "age justify_interval make_interval"],
			[DATE, "make_date to_date"],
			[NUMERIC, "to_number extract"],
		] as const
	).flatMap(([type, names]) => names.split(" ").map((name) => [name, type])),
);
/** Functions that give the type of their first argument. */
const SAME = new Set(
	"min max lag lead first_value last_value nth_value abs mod any_value array_append array_cat array_remove nullif generate_series greatest least".split(
		" ",
	),
);

/** The type that a call gives: a created function's result, or what is known of the built-in of that name. */
export function callType(scope: QueryScope, path: readonly string[], args: readonly Node[]): TypeRef | null {
	const created = scope.catalog.find(path, (key) => scope.catalog.functions.get(key))?.[0];
	if (created) return POLYMORPHIC.test(created.returns?.text ?? "") ? passedOn(scope, created, args) : created.returns;
	const name = path.at(-1) ?? "";
	const fixed = RESULTS[name];
	if (fixed) return fixed;
	const first = typeOf(scope, args[0]);
	if (SAME.has(name)) return first && withoutModifier(first);
	if (name === "array_agg") return arrayOf(first);
	if (name === "unnest") return first?.array ? { ...first, array: false } : null;
	if (name === "sum" || name === "avg") return first && aggregateType(name, plain(first));
	if (name === "round" || name === "trunc" || name === "ceil" || name === "ceiling" || name === "floor")
		return first && (/double|real/.test(first.text) ? DOUBLE : NUMERIC);
	if (name === "date_trunc") {
		const second = typeOf(scope, args[1]);
		return second && (plain(second) === "date" ? TIMESTAMPTZ : textType(plain(second)));
	}
	if (name === "timezone") {
		const second = typeOf(scope, args[1]);
		return (
			second &&
			textType(
				plain(second) === "timestamp with time zone" ? "timestamp without time zone" : "timestamp with time zone",
			)
		);
	}
	return null;
}

/** https://www.postgresql.org/docs/current/extend-type-system.html#EXTEND-TYPES-POLYMORPHIC */
const POLYMORPHIC = /^any(?!$)/;

/** The type that a function of a polymorphic type gives back: that of an argument of the same one. */
function passedOn(
	scope: QueryScope,
	{ arguments: parameters, returns }: FunctionDraft,
	args: readonly Node[],
): TypeRef | null {
	// Those that take a common type of several arguments are not followed.
	if (!/^any(?:element|nonarray|enum|array|range)$/.test(returns?.text ?? "")) return null;
	const inputs = parameters.filter(({ mode }) => mode !== "out" && mode !== "table");
	const same = args.filter((_, i) => inputs[i]?.type.text === returns?.text);
	// NULL and 'text' are of any type, and take that of the others.
	const isOpen = (arg: Node) => as(arg, "A_Const")?.isnull === true || as(arg, "A_Const")?.sval !== undefined;
	const telling = same.find((arg) => !isOpen(arg)) ?? same[0];
	const given = typeOf(scope, telling);
	return given && !given.named && !given.array ? textType(plain(given)) : given;
}

function aggregateType(name: string, type: string): TypeRef {
	if (type === "interval") return INTERVAL;
	if (type === "double precision" || type === "real")
		return name === "sum" && type === "real" ? textType("real") : DOUBLE;
	return name === "sum" && (type === "integer" || type === "smallint") ? BIGINT : NUMERIC;
}

/** The type of CURRENT_DATE, CURRENT_USER and their like. */
export function clockType(op: string | undefined): TypeRef | null {
	switch (op) {
		case "SVFOP_CURRENT_DATE":
			return DATE;
		case "SVFOP_CURRENT_TIMESTAMP":
		case "SVFOP_CURRENT_TIMESTAMP_N":
			return TIMESTAMPTZ;
		case "SVFOP_LOCALTIMESTAMP":
		case "SVFOP_LOCALTIMESTAMP_N":
			return TIMESTAMP;
		case "SVFOP_CURRENT_TIME":
		case "SVFOP_CURRENT_TIME_N":
			return textType("time with time zone");
		case "SVFOP_LOCALTIME":
		case "SVFOP_LOCALTIME_N":
			return textType("time without time zone");
	}
	return op === undefined ? null : textType("name");
}
