import { expect, test } from "vitest";
import { prefill } from "../../../src/core/strategy/prefill";
import { completeAnswers } from "../../../src/core/strategy/questions";
import { onlyDatabase } from "../example-analysis";

test.each([
	["sound", "row"],
	["leaky", "row"],
	["single-tenant", "single-tenant"],
	["schema-per-tenant", "schema"],
])(
	"what the example %s is answers how tenants are kept apart today, and how many tables there are",
	(name, existing) => {
		const { tenancy, model } = onlyDatabase(name).database;
		const draft = prefill(tenancy);
		const shared =
			existing === "single-tenant" ? 0 : [...tenancy.tables.values()].filter(({ scope }) => scope === "shared").length;
		expect(draft).toEqual({ existing, tables: model.tables.size - shared });
		expect(completeAnswers({ ...draft, tenants: { now: 1, inTwoYears: 2 } })).toMatchObject({ existing });
	},
);
