import { expect, test } from "vitest";
import { addToConfig, writeConfig } from "../../../src/core/tenancy/write-config";

test("a decision goes where it belongs, and comments stay", () => {
	const before = '{\n\t// ours\n\t"mode": "row"\n}\n';
	expect(writeConfig(before, ["applicationRoles"], ["app"], null)).toBe(
		'{\n\t// ours\n\t"mode": "row",\n\t"applicationRoles": [\n\t\t"app"\n\t]\n}\n',
	);
	expect(JSON.parse(writeConfig(null, ["applicationRoles"], ["app"], "billing"))).toEqual({
		databases: { billing: { applicationRoles: ["app"] } },
	});
});

test("a list grows by what it lacks", () => {
	const path = ["tables", "public.orders", "ignore"];
	const once = addToConfig(null, path, "rls-disabled", null);
	expect(JSON.parse(once)).toEqual({ tables: { "public.orders": { ignore: ["rls-disabled"] } } });
	expect(addToConfig(once, path, "rls-disabled", null)).toBe(once);
	expect(JSON.parse(addToConfig(once, path, "unique-crosses", null))).toEqual({
		tables: { "public.orders": { ignore: ["rls-disabled", "unique-crosses"] } },
	});
});
