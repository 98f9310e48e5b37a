import { expect, it } from "vitest";
import { inBatches } from "../../src/host/adapters/diagnostic-batches";

type Entry = [string, number[] | undefined];
const file = (name: string, problems: number): Entry => [name, Array.from({ length: problems }, (_, i) => i)];
const names = (entries: Entry[]) => inBatches(entries).map((batch) => batch.map(([name]) => name).join(""));

it("keeps all files, in their order, in batches of no more problems than VS Code shows at once", () => {
	expect(names([])).toEqual([]);
	expect(names([file("a", 3), ["b", undefined], file("c", 5)])).toEqual(["abc"]);
	expect(names([file("a", 1100), file("b", 1), ["c", undefined]])).toEqual(["a", "bc"]);
	expect(names([file("a", 600), file("b", 500), file("c", 600), file("d", 501)])).toEqual(["ab", "c", "d"]);
	// VS Code itself says of a single file what it leaves out.
	expect(names([file("a", 1), file("b", 5000), file("c", 1)])).toEqual(["a", "b", "c"]);
});
