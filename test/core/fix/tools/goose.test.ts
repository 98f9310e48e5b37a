import { describe, expect, test } from "vitest";
import type { Step } from "../../../../src/core/emit/step";
import { CHECK, INDEX, RLS } from "../workspaces";
import { CREATE, DROP, LOCAL, written } from "./written";

describe("goose", () => {
	test("what is outside a transaction has a file with that mark, between the two others", () => {
		expect(written("goose", [CHECK, INDEX, RLS])).toEqual({
			"migrations/00003_tenancy_protect_orders_1.sql": [
				"-- Protect orders",
				"-- +goose Up",
				LOCAL,
				"-- No order costs less than nothing.",
				`${CHECK.sql};`,
				"-- +goose Down",
				LOCAL,
				`${CHECK.down};`,
			],
			"migrations/00004_tenancy_protect_orders_2.sql": [
				"-- +goose NO TRANSACTION",
				"-- Protect orders",
				"-- +goose Up",
				CREATE,
				"-- +goose Down",
				DROP,
			],
			"migrations/00005_tenancy_protect_orders_3.sql": [
				"-- Protect orders",
				"-- +goose Up",
				LOCAL,
				`${RLS.sql};`,
				"-- +goose Down",
				LOCAL,
				`${RLS.down};`,
			],
		});
	});

	test("a statement with a semicolon in it is marked as one", () => {
		const sql = "CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$";
		const step: Step = { sql, phase: "prepare", down: null, table: "public.orders" };
		expect(written("goose", [step])["migrations/00003_tenancy_protect_orders.sql"]).toEqual([
			"-- Protect orders",
			"-- +goose Up",
			LOCAL,
			"-- +goose StatementBegin",
			`${sql};`,
			"-- +goose StatementEnd",
			"-- +goose Down",
		]);
	});
});
