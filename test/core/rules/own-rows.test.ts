import { describe, expect, it } from "vitest";
import { PRODUCT } from "../../../src/core/rules/base/examples";
import { findingsIn } from "./checked";

/** Tables of people's own rows in a product whose tenants are organizations. */

const FEEDBACK = `${PRODUCT}CREATE TABLE feedback (id uuid PRIMARY KEY, user_id uuid NOT NULL, said text);
ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON feedback TO app_user;
`;

async function said(policies: string): Promise<string[]> {
	return (await findingsIn(FEEDBACK + policies))
		.filter(({ rule, table }) => rule === "tenant-column-missing" && table === "public.feedback")
		.map(({ severity, message }) => `${severity}: ${message}`);
}

describe("rows of which nothing says for which tenant they are", () => {
	it.each([
		"CREATE POLICY own ON feedback USING (user_id = auth.uid());",
		"CREATE POLICY own ON feedback FOR SELECT USING (user_id = (SELECT auth.uid()) AND said <> '');",
		"CREATE POLICY reads ON feedback FOR SELECT USING (user_id = auth.uid());\nCREATE POLICY writes ON feedback FOR INSERT WITH CHECK (user_id = auth.uid());",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid());\nCREATE POLICY ours ON feedback TO service_role USING (true);",
	])("leak nothing where each person gets at their own alone: %s", async (policies) => {
		expect(await said(policies)).toEqual([
			"info: The policies of feedback let each person at their own rows alone, so no tenant sees another's; but nothing says for which tenant a row is.",
		]);
	});

	it.each([
		"",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid());\nCREATE POLICY more ON feedback FOR SELECT USING (said = '');",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid() OR said = '');",
		"CREATE POLICY own ON feedback FOR SELECT USING (user_id = auth.uid());\nCREATE POLICY writes ON feedback FOR INSERT WITH CHECK (true);",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid()) WITH CHECK (true);",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid() AND is_staff());",
		"CREATE POLICY own ON feedback USING (user_id = auth.uid());\nALTER TABLE feedback DISABLE ROW LEVEL SECURITY;",
	])("are a warning where others may get at them: %s", async (policies) => {
		expect(await said(policies)).toEqual([
			expect.stringMatching(/^warning: Nothing says whose the rows of feedback are\./),
		]);
	});
});
