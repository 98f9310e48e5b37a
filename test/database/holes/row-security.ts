import { type Hole, instead } from "./hole";
import { ORDERS_POLICY, SHOP } from "./shop";

const ALL_ROWS = [
	["read", "public.orders"],
	["update", "public.orders"],
	["delete", "public.orders"],
	["insert-as-other", "public.orders"],
	["move-to-other", "public.orders"],
] as const;

/** Row-level security that isn't on, or doesn't hold for the application's role. */
export const ROW_SECURITY: readonly Hole[] = [
	{
		name: "row-level security never turned on",
		leaks: ALL_ROWS,
		rule: "rls-policies-inert",
		sound: SHOP,
		bad: instead(SHOP, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n", ""),
	},
	{
		name: "row-level security turned off again",
		leaks: ALL_ROWS,
		rule: "rls-turned-off",
		sound: SHOP,
		bad: `${SHOP}ALTER TABLE orders DISABLE ROW LEVEL SECURITY;\n`,
	},
	{
		name: "a policy that is always true",
		leaks: ALL_ROWS,
		rule: "policy-always-true",
		sound: SHOP,
		bad: instead(SHOP, ORDERS_POLICY, "CREATE POLICY orders_of_tenant ON orders TO app USING (true);"),
	},
	{
		name: "WITH CHECK (true) beside a sound USING",
		leaks: [["insert-as-other", "public.orders"]],
		rule: "policy-check-weaker",
		sound: SHOP,
		bad: instead(SHOP, ORDERS_POLICY, `${ORDERS_POLICY.slice(0, -1)} WITH CHECK (true);`),
	},
	{
		name: "the policy forgets NULL is for all",
		leaks: [["no-tenant", "public.orders"]],
		rule: "policy-null-opens",
		sound: SHOP,
		bad: instead(
			SHOP,
			ORDERS_POLICY,
			"CREATE POLICY orders_of_tenant ON orders TO app USING (current_setting('app.tenant_id', true) IS NULL OR tenant_id = current_setting('app.tenant_id', true)::uuid);",
		),
	},
];
