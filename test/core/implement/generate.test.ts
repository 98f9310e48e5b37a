import { describe, expect, test } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import type { Blueprint } from "../../../src/core/implement/artifact";
import { blueprintOf, type Existing } from "../../../src/core/implement/blueprint";
import { GENERATORS, generate } from "../../../src/core/implement/generate";
import { createSqlReader } from "../../../src/core/sql/reader";
import { answersSchema, type Strategy } from "../../../src/core/tenancy/answers";
import { onlyDatabase } from "../example-analysis";

const reader = await createSqlReader();

function blueprint(existing: Existing | null, managed: "self" | "citus"): Blueprint {
	const answers = answersSchema.parse({ tenants: { now: 40, inTwoYears: 2000 }, hosting: { managed } });
	return blueprintOf(answers, existing, () => createAnalyzer(reader));
}

const strategies = Object.keys(GENERATORS) as Strategy[];

describe.each(["starter", "sound", "leaky", "single-tenant", "schema-per-tenant"])("for %s", (name) => {
	const existing = name === "starter" ? null : onlyDatabase(name);

	test.each(strategies)(
		"files of %s have places of their own below the folder, and say what they are for",
		(strategy) => {
			for (const managed of ["self", "citus"] as const) {
				const artifacts = generate(strategy, blueprint(existing, managed));
				const paths = artifacts.map(({ path }) => path);
				expect(artifacts.length).toBeGreaterThan(0);
				expect(new Set(paths.map((path) => path.toLowerCase())).size, paths.join("\n")).toBe(paths.length);
				for (const { path, text, purpose } of artifacts) {
					expect(path).toMatch(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\:]+$/);
					expect(text.endsWith("\n"), path).toBe(true);
					if (/\.(sql|md|ini|sh)$/.test(path)) expect(text, path).not.toMatch(/undefined|\[object|NaN/);
					expect(purpose, path).toMatch(/^[A-Z`].{10,}/);
				}
				expect(generate(strategy, blueprint(existing, managed))).toEqual(artifacts);
			}
		},
	);
});
