import { defineConfig } from "vitest/config";

/** The panel driven in a real VS Code, one at a time: each file starts its own. */
export default defineConfig({
	test: {
		include: ["test/host/panel/**/*.e2e.ts"],
		fileParallelism: false,
		testTimeout: 60_000,
		hookTimeout: 180_000,
	},
});
