import { defineConfig } from "vitest/config";

/** The panel driven in a real VS Code, one at a time: each file starts its own. */
export default defineConfig({
	test: {
		include: ["test/host/panel/**/*.e2e.ts"],
		fileParallelism: false,
		// VS Code, its extension host and Chromium share a machine's two cores. What must become true is waited for; how
		// quick it is is measured elsewhere.
		testTimeout: 180_000,
		hookTimeout: 180_000,
		expect: { poll: { timeout: 20_000 } },
	},
});
