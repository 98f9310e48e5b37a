import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ATTACKS } from "../../../src/core/prove/proof";
import type { HostMessage, ShownAttack, ShownProof } from "../../../src/protocol/messages";
import { aDiagram, aTable } from "../a-diagram";
import { diagramMessage } from "../panel-page";
import { asked, eventually, expectNoViolations, node, open, panel } from "./harness";

const PLACE = { file: "db/a.sql", line: 3, column: 1, endLine: 3, endColumn: 9 };
const SHOP = aDiagram(
	["orders", "invoices", "customers"].map((name) => aTable(name)),
	[],
	{
		findings: [
			{
				rule: "rls-disabled",
				severity: "error",
				table: "public.orders",
				message: "Row-level security is off.",
				help: "Enable it.",
				fixable: true,
				place: PLACE,
			},
		],
	},
);

function anAttack(table: string, attack: ShownAttack["attack"], result: ShownAttack["result"]): ShownAttack {
	return {
		table: `public.${table}`,
		attack,
		result,
		why: result === "leaked" ? `The session of tenant A saw 2 rows of others in \`${table}\`.` : "It was refused.",
		evidence: result === "untested" ? "" : `BEGIN;\nSELECT count(*) FROM ${table};\n-- 6\nROLLBACK;`,
		rule: result === "leaked" ? "rls-disabled" : null,
		finding: result === "leaked" ? 0 : null,
	};
}

function proofMessage(proof: Partial<ShownProof> = {}): HostMessage {
	const attacks = [
		...ATTACKS.slice(0, 14).flatMap((attack) => [
			anAttack("customers", attack, "held"),
			anAttack("invoices", attack, attack === "truncate" ? "untested" : "held"),
		]),
		anAttack("orders", "read", "leaked"),
		anAttack("orders", "update", "held"),
		anAttack("order_totals", "view", "leaked"),
	];
	return {
		type: "proof",
		version: 1,
		proof: {
			engine: "PostgreSQL 18.0 (PGlite)",
			verdict: "leaked",
			undecided: [],
			tables: 3,
			filled: 3,
			assumptions: ["The attacker plays the role `app_user`."],
			limits: ["Gaps in a sequence tell how many rows others add."],
			stale: false,
			hasTests: true,
			attacks,
			notApplied: [{ place: PLACE, message: "extension `postgis` is not there" }],
			...proof,
		},
	};
}

export function proofTests(): void {
	describe("proof", () => {
		it("says what proving is, and asks the host for it", async () => {
			const page = await open(diagramMessage(SHOP));
			await page.keyboard.press("p");
			await page.getByRole("button", { name: "Prove isolation" }).click();
			expect(await asked("prove")).toEqual([{ type: "prove", version: 1 }]);
		});

		it("offers nothing that needs trust where there is none", async () => {
			const page = await open(diagramMessage(SHOP, { canEdit: false }));
			await page.keyboard.press("p");
			await page.getByText("has to be trusted first").waitFor();
			expect(await page.getByRole("button", { name: "Prove isolation" }).count()).toBe(0);
		});

		it("shows leaks first, and what was tried on what", async () => {
			const page = await open(diagramMessage(SHOP));
			await panel.send(proofMessage());
			await panel.send({ type: "showProof" });
			await page.getByRole("heading", { name: "Leaked: a tenant reached another tenant's data" }).waitFor();
			const rows = page.locator(".matrix tbody tr");
			expect(await rows.locator("th").allTextContents()).toEqual(["order_totals", "orders", "invoices", "customers"]);
			expect(await page.locator(".matrix .cell.result-leaked").count()).toBe(2);
			// What nobody tried is no button, and looks like neither of them.
			expect(await rows.nth(1).getByRole("button", { name: "orders, Delete" }).count()).toBe(0);
			await page.getByRole("button", { name: "1 object held" }).click();
			expect(await rows.locator("th").allTextContents()).toEqual(["order_totals", "orders", "invoices"]);
			await page.getByRole("button", { name: "Save as tests…" }).click();
			expect(await asked("saveTests")).toEqual([{ type: "saveTests", version: 1 }]);
			// Nothing leaked, and yet it is not held: the reasons stand beside the verdict.
			const undecided = ["`public.orders`: PostgreSQL refused a statement that may open it."];
			await panel.send(proofMessage({ verdict: "inconclusive", undecided, hasTests: false }));
			await page.getByRole("heading", { name: "Undecided: not everything could be attacked" }).waitFor();
			expect(await page.locator(".proof-undecided li").allTextContents()).toEqual([undecided[0]?.replaceAll("`", "")]);
			expect(await page.getByRole("button", { name: "Save as tests…" }).count()).toBe(0);
		});

		it("explains a leak, and has it fixed and opened as SQL", async () => {
			const page = await open(diagramMessage(SHOP));
			await panel.send(proofMessage());
			await panel.send({ type: "showProof" });
			await page.getByRole("button", { name: "orders, Read: leaked" }).click();
			const details = page.getByRole("complementary");
			await details.getByText("The session of tenant A saw 2 rows").waitFor();
			expect(await details.locator("pre").textContent()).toContain("-- 6");
			await details.getByRole("button", { name: "Open as SQL" }).click();
			const number = (proofMessage() as Extract<HostMessage, { type: "proof" }>).proof?.attacks.findIndex(
				({ table, attack }) => table === "public.orders" && attack === "read",
			);
			expect(await asked("openEvidence")).toEqual([{ type: "openEvidence", version: 1, attack: number }]);
			await details.getByRole("button", { name: "rls-disabled" }).click();
			expect(await asked("openRule")).toEqual([{ type: "openRule", version: 1, rule: "rls-disabled" }]);
			await details.getByRole("button", { name: "Fix…" }).click();
			expect(await asked("applyFix")).toEqual([{ type: "applyFix", version: 1, finding: 0 }]);
		});

		it("says when the SQL has changed since, and offers no fix of what it then was", async () => {
			const page = await open(diagramMessage(SHOP));
			await panel.send(proofMessage({ stale: true }));
			await panel.send({ type: "showProof" });
			await page.getByText("The SQL has changed since").waitFor();
			await page.getByRole("button", { name: "orders, Read: leaked" }).click();
			expect(await page.getByRole("button", { name: "Fix…" }).count()).toBe(0);
			await page.getByRole("button", { name: "Prove again" }).click();
			expect(await asked("prove")).toHaveLength(1);
		});

		it("marks leaking tables in the picture, until the proof is of another database", async () => {
			await open(diagramMessage(SHOP));
			expect(await node("public.orders").getAttribute("class")).not.toContain("is-leaking");
			await panel.send(proofMessage());
			await eventually(() => node("public.orders").getAttribute("class")).toContain("is-leaking");
			expect(await node("public.orders").getAttribute("aria-label")).toContain("leaks: read");
			expect(await node("public.customers").getAttribute("class")).not.toContain("is-leaking");
			await panel.send(diagramMessage({ ...SHOP, database: "other" }, { version: 2 }));
			await eventually(() => node("public.orders").getAttribute("class")).not.toContain("is-leaking");
		});

		it("can be read by everybody in every theme", { timeout: 4 * 30_000 }, async () => {
			const page = await open(diagramMessage(SHOP));
			await panel.send(proofMessage({ stale: true }));
			await panel.send({ type: "showProof" });
			await page.getByRole("button", { name: "orders, Read: leaked" }).click();
			await expectNoViolations(async (theme) => {
				const pictures = process.env.TENANCY_PICTURES;
				if (!pictures) return;
				mkdirSync(pictures, { recursive: true });
				await page.screenshot({ path: join(pictures, `proof-${theme.replaceAll(" ", "-")}.png`) });
			});
		});
	});
}
