import { describe, expect, test } from "vitest";
import { applied, CHECK, NOW, only, RLS, sources, WORKSPACES } from "../workspaces";
import { analyzer, fixOf, LOCAL } from "./written";

describe("Drizzle", () => {
	test("the journal keeps its formatting, and breakpoints stand between statements", () => {
		const fix = fixOf(WORKSPACES.drizzle, [CHECK, RLS]);
		expect(fix.newFiles).toEqual([
			{
				path: "drizzle/0002_tenancy_protect_orders.sql",
				text: `-- Protect orders\n${LOCAL}\n--> statement-breakpoint\n-- No order costs less than nothing.\n${CHECK.sql};\n--> statement-breakpoint\n${RLS.sql};\n`,
			},
		]);
		const before = WORKSPACES.drizzle["drizzle/meta/_journal.json"] ?? "";
		const journal = JSON.parse(before);
		journal.entries.push({
			idx: 2,
			version: "7",
			when: Date.parse(NOW),
			tag: "0002_tenancy_protect_orders",
			breakpoints: true,
		});
		expect(applied(sources(WORKSPACES.drizzle), fix)[0]?.text).toBe(JSON.stringify(journal, null, 2));
	});

	test("tabs and CRLF in the journal; `when` is later than all others, as what isn't is passed over", () => {
		const path = "drizzle/meta/_journal.json";
		const journal = JSON.parse(WORKSPACES.drizzle[path] ?? "");
		journal.entries[1].when = 4000000000000;
		const text = `${JSON.stringify(journal, null, "\t").replaceAll("\n", "\r\n")}\r\n`;
		const files = { ...WORKSPACES.drizzle, [path]: text };
		const after = applied(sources(files), fixOf(files, [RLS]))[0]?.text ?? "";
		journal.entries.push({
			idx: 2,
			version: "7",
			when: 4000000000001,
			tag: "0002_tenancy_protect_orders",
			breakpoints: true,
		});
		expect(after).toBe(`${JSON.stringify(journal, null, "\t").replaceAll("\n", "\r\n")}\r\n`);
	});

	test("a journal that can't be read is left to a person; without prefixes names don't clash", () => {
		const broken = fixOf({ ...WORKSPACES.drizzle, "drizzle/meta/_journal.json": "{" }, [RLS]);
		expect(broken.edits).toEqual([]);
		expect(broken.note).toContain("Add 0002_tenancy_protect_orders to drizzle/meta/_journal.json");
		const entry = (idx: number, tag: string) => ({ idx, when: idx, tag });
		const named = {
			"drizzle/meta/_journal.json": JSON.stringify({
				dialect: "postgresql",
				entries: [entry(0, "first"), entry(1, "tenancy_protect_orders")],
			}),
			"drizzle/first.sql": WORKSPACES.drizzle["drizzle/0000_first.sql"] ?? "",
			"drizzle/tenancy_protect_orders.sql": WORKSPACES.drizzle["drizzle/0001_second.sql"] ?? "",
		};
		expect(fixOf(named, [RLS]).newFiles[0]?.path).toBe("drizzle/tenancy_protect_orders_2.sql");
	});

	test("the layout with a folder for each migration has no journal", () => {
		const files = {
			"drizzle/20240101000000_first/migration.sql": WORKSPACES.drizzle["drizzle/0000_first.sql"] ?? "",
			"drizzle/20240102000000_second/migration.sql": WORKSPACES.drizzle["drizzle/0001_second.sql"] ?? "",
		};
		const fix = fixOf(files, [RLS]);
		expect(fix.edits).toEqual([]);
		expect(fix.newFiles.map(({ path }) => path)).toEqual([
			"drizzle/20250304050607_tenancy_protect_orders/migration.sql",
		]);
		expect(only(analyzer, applied(sources(files), fix)).model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});
});
