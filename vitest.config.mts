import { defineConfig } from "vitest/config";
import { layoutWorkerVitePlugin } from "./scripts/build/layout-worker.mjs";

export default defineConfig({
	plugins: [layoutWorkerVitePlugin()],
	test: {
		include: ["test/**/*.test.{ts,tsx}"],
		// What drives a real VS Code has its own runner (scripts/test.mjs, `npm run test:host`).
		exclude: ["test/host/**"],
		// A machine with two cores also runs Chromium and PostgreSQL meanwhile.
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
