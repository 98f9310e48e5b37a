import { describe, expect, test } from "vitest";
import { toMermaid } from "../../src/export/mermaid";
import { aColumn, aDiagram, anEdge, aTable, hostileDiagram } from "./sample-diagram";

describe("toMermaid", () => {
	test("entities with keys, relations with their columns, a class for each scope", () => {
		const orders = aTable("orders", {
			columns: [
				aColumn({ primaryKey: true }),
				aColumn({ name: "organization_id", references: "public.organizations", tenant: true }),
				aColumn({ name: "paid at", type: "timestamp with time zone", notNull: false }),
			],
		});
		const lines = aTable("order_lines", {
			scope: "tenant-derived",
			columns: [aColumn({ name: "order_id", primaryKey: true, references: "public.orders" })],
		});
		const organizations = aTable("organizations", { scope: "tenant-root" });
		const text = toMermaid(
			aDiagram(
				[orders, lines, organizations],
				[
					anEdge("public.order_lines", "public.orders", { columns: ["order_id"] }),
					anEdge("public.orders", "public.organizations", { columns: ["organization_id"], tenant: true }),
				],
			),
		);
		expect(text).toContain(
			'\tpublic_orders["orders"] {\n\t\tuuid id PK\n\t\tuuid organization_id FK "tenant column"\n\t\ttimestamp_with_time_zone paid_at "paid at, nullable"\n\t}',
		);
		expect(text).toContain('\tpublic_order_lines }o--|| public_orders : "order_id"');
		expect(text).not.toContain("public_orders }o..|| public_organizations");
		expect(text).toMatch(
			/classDef tenantRoot fill:#\w{6},stroke:#\w{6},color:#\w{6}\n\tclass public_organizations tenantRoot/,
		);
	});

	test("a key that may be NULL is optional, a unique one is at most one", () => {
		const profile = aTable("profiles", { columns: [aColumn({ name: "user_id", unique: true, notNull: false })] });
		const text = toMermaid(
			aDiagram(
				[profile, aTable("users")],
				[anEdge("public.profiles", "public.users", { columns: ["user_id"], nullable: true })],
			),
		);
		expect(text).toContain("public_profiles |o..o| public_users");
	});

	/** The line shapes of Mermaid's entity relationship grammar; the real parser accepted this very diagram when this was written. */
	test("whatever the names are, every line is one that the grammar has", () => {
		const id = "[A-Za-z]\\w*";
		const string = '"[^"%\\\\\\n\\r<>`{}&;$|]*(?:#\\d+;[^"%\\\\\\n\\r<>`{}&;$|]*)*"';
		const word = "[A-Za-z_][\\w()[\\]-]*";
		const shapes = [
			"erDiagram",
			'\\tacc(?:Title|Descr): [^#;%{}<>"`\\\\]*',
			"\\t%% [\\w -]+: [\\w ,]+ \\(\\d+\\)",
			`\\t${id}\\[${string}\\](?: \\{)?`,
			`\\t\\t${word} ${word}(?: (?:PK|FK|UK)(?:, (?:PK|FK|UK))*)?(?: ${string})?`,
			"\\t\\}",
			`\\t${id} (?:\\}o|\\|o)(?:--|\\.\\.)(?:o\\||\\|\\|) ${id} : ${string}`,
			"\\tclassDef \\w+ fill:#\\w{6},stroke:#\\w{6},color:#\\w{6}",
			`\\tclass ${id}(?:,${id})* \\w+`,
			"",
		].map((shape) => new RegExp(`^${shape}$`, "u"));
		const odd = toMermaid(hostileDiagram())
			.split("\n")
			.filter((line) => !shapes.some((shape) => shape.test(line)));
		expect(odd).toEqual([]);
	});

	test("names that are the same without their special characters stay two entities", () => {
		const text = toMermaid(aDiagram([aTable("a b"), aTable("a_b"), aTable("a-b")]));
		expect([...text.matchAll(/^\t(\w+)\["(.*)"\]/gm)].map((match) => [match[1], match[2]])).toEqual([
			["public_a_b", "a b"],
			["public_a_b_2", "a_b"],
			["public_a_b_3", "a-b"],
		]);
	});
});
