import { describe, expect, test } from "vitest";
import { digitsOfTime, timeOfDigits, timeOfIso } from "../../../src/core/fix/calendar";
import { migrationWords } from "../../../src/core/fix/migration-name";
import { leadingVersion, nextVersions } from "../../../src/core/fix/version";
import { NOW } from "./workspaces";

describe("nextVersions", () => {
	test.each([
		["nothing there yet", [], "20250304050607"],
		["a number, in its width", ["0001", "0009"], "0010"],
		["a number without zeros", ["9", "10", "2"], "11"],
		["the last of its width", ["099"], "100"],
		["a time to the second", ["20240101000000"], "20250304050607"],
		["a time to the minute", ["202401010000"], "202503040506"],
		["a time to the millisecond", ["20240101000000000"], "20250304050607089"],
		["a date", ["20240101"], "20250304"],
		["a date and a number of the day", ["2024010103"], "2025030401"],
		["the same day again", ["2025030401"], "2025030402"],
		["seconds since 1970", ["1700000000"], "1741064767"],
		["milliseconds since 1970", ["1700000000000"], "1741064767089"],
		["numbers, then times", ["0001", "0002", "20240101000000"], "20250304050607"],
		["a time with separators", ["2024_01_01_000000"], "2025_03_04_050607"],
		["a time with the zeros of Diesel's command", ["2024-01-01-000000-0000"], "2025-03-04-050607-0000"],
		["such a time yet to come", ["2099-01-01-235959-0000"], "2099-01-02-000000-0000"],
		["a date with separators", ["2024-01-01"], "2025-03-04"],
		["a version in parts", ["1", "1.9"], "1.10"],
		["a time yet to come", ["20990101235959"], "20990102000000"],
		["a time of the last second of a leap day", ["20960229235959"], "20960301000000"],
		["the very same time", ["20250304050607"], "20250304050608"],
		["more digits than a number holds", ["99999999999999999999"], "100000000000000000000"],
	])("%s", (_, taken, expected) => {
		expect(nextVersions(taken, NOW, 1)).toEqual([expected]);
	});

	test("several are each greater than the one before", () => {
		expect(nextVersions(["07"], NOW, 3)).toEqual(["08", "09", "10"]);
		expect(nextVersions(["20240101000000"], "2025-12-31T23:59:58Z", 3)).toEqual([
			"20251231235958",
			"20251231235959",
			"20260101000000",
		]);
	});
});

test("the calendar agrees with JavaScript's, day by day", () => {
	for (let day = 0; day < 365 * 100; day += 13) {
		const time = Date.UTC(1970, 0, 1 + day, 12, 34, 56, 789);
		const digits = new Date(time).toISOString().replace(/\D/g, "");
		expect(digitsOfTime(time, 17)).toBe(digits);
		expect(timeOfDigits(digits)).toBe(time);
		expect(timeOfIso(new Date(time).toISOString())).toBe(time);
	}
	expect(() => timeOfIso("yesterday")).toThrow(RangeError);
});

test.each([
	["0001_a.sql", "0001"],
	["001_2fa.sql", "001"],
	["001_2_factors.sql", "001"],
	["1.2_a.sql", "1.2"],
	["1.sql", "1"],
	["2024-01-31-a.sql", "2024-01-31"],
	["2024-01-31-093000-0000_a", "2024-01-31-093000-0000"],
	["2024_01_31_093000_a.sql", "2024_01_31_093000"],
	["a.sql", ""],
])("the version of %s is %j", (name, version) => {
	expect(leadingVersion(name)).toBe(version);
});

test.each([
	["Enable row-level security on orders", "tenancy_enable_row_level_security_on_orders"],
	["Protect app.Orders", "tenancy_protect_app_orders"],
	["Do very much with a very long name of a table, and more", "tenancy_do_very_much_with_a_very_long_name_of_a"],
	["Protect undo_log", "tenancy_fix"],
	["Protect load_test", "tenancy_fix"],
	["Protect mysql", "tenancy_fix"],
	["§", "tenancy_fix"],
])("the name for %j is %s", (title, name) => {
	expect(migrationWords(title).join("_")).toBe(name);
});
