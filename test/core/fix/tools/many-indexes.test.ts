import { expect, test } from "vitest";
import type { Step } from "../../../../src/core/emit/step";
import type { Kind } from "../../../../src/core/workspace/database";
import { INDEX, RLS, WORKSPACES } from "../workspaces";
import { fixOf } from "./written";

const indexes = (count: number): Step[] =>
	Array.from({ length: count }, (_, i) => ({ ...INDEX, sql: INDEX.sql.replace("_idx", `_idx${i}`) }));

const ALONE: readonly Kind[] = ["golang-migrate", "prisma", "dbmate", "ordered"];

test.each(ALONE)("%s: many files are told of, with what is shorter and when that does", (kind) => {
	const few = fixOf(WORKSPACES[kind], [...indexes(8), RLS]);
	expect(few.note ?? "").not.toContain("CONCURRENTLY");
	const many = fixOf(WORKSPACES[kind], [...indexes(9), RLS]);
	expect(many.note).toMatch(/There are 9 files with one statement each.*take CONCURRENTLY out\./);
	const concurrent = many.newFiles.filter(({ text }) => text.includes("CREATE INDEX CONCURRENTLY"));
	expect(concurrent).toHaveLength(9);
});

test.each(["goose", "flyway", "rails-structure"] satisfies Kind[])("%s: one file holds them all", (kind) => {
	const { note, newFiles } = fixOf(WORKSPACES[kind], indexes(9));
	expect(note ?? "").not.toContain("one statement each");
	expect(newFiles.filter(({ text }) => text.includes("CREATE INDEX CONCURRENTLY"))).toHaveLength(1);
});
