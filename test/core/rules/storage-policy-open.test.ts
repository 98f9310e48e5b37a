import { expect, it } from "vitest";
import { analysed } from "./mended";

const TENANTS = `CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE offers (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
`;

/** How grave a policy of the platform's table is, which no file creates. */
function severityOf(policy: string, before = TENANTS): string | undefined {
	const { findings } = analysed(`${before}CREATE POLICY p ON storage.objects ${policy};`);
	return findings.find(({ rule }) => rule === "storage-policy-open")?.severity;
}

it.each([
	["FOR ALL TO authenticated USING (bucket_id = 'docs')", "error"],
	["FOR DELETE TO authenticated USING (bucket_id = 'docs' AND auth.role() = 'authenticated')", "error"],
	["FOR UPDATE USING (bucket_id = ANY (ARRAY['docs', 'photos']) AND (SELECT auth.uid()) IS NOT NULL)", "error"],
	["FOR ALL TO authenticated USING (true)", "error"],
	["FOR INSERT WITH CHECK (bucket_id = 'docs')", "warning"],
	["FOR SELECT TO authenticated USING (bucket_id = 'docs')", "warning"],
	["FOR SELECT USING (bucket_id = 'docs' AND auth.role() = 'authenticated')", "warning"],
	// A bucket that is public on purpose.
	["FOR SELECT USING (bucket_id = 'logos')", "info"],
])("finds what asks for the bucket alone: %s", (policy, severity) => {
	expect(severityOf(policy)).toBe(severity);
	expect(severityOf(policy, "CREATE TABLE notes (id int PRIMARY KEY);\n")).toBeUndefined();
});

it.each([
	"FOR ALL TO authenticated USING (bucket_id = 'docs' AND owner = auth.uid())",
	"FOR ALL TO authenticated USING (bucket_id = 'docs' AND (storage.foldername(name))[1] = auth.jwt() ->> 'tenant_id')",
	"FOR ALL TO authenticated USING (bucket_id = 'docs' AND is_support())",
	"FOR ALL TO authenticated USING (bucket_id = 'docs' AND EXISTS (SELECT FROM staff WHERE id = auth.uid()))",
	"FOR ALL TO authenticated USING (bucket_id = auth.uid()::text)",
	"FOR ALL USING (false)",
	"FOR ALL TO service_role USING (bucket_id = 'docs')",
])("leaves alone what asks for more: %s", (policy) => {
	expect(severityOf(policy)).toBeUndefined();
});
