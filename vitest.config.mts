import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { layoutWorkerVitePlugin } from "./scripts/build/layout-worker.mjs";

/** What drives a browser or a server takes minutes: begun first, the short ones run beside it. */
class SlowFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rank = ({ moduleId }: TestSpecification) =>
			["/test/webview/panel", "/test/database/", "/test/cli/"].findIndex((part) => moduleId.includes(part)) >>> 0;
		return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
	}
}

export default defineConfig({
	plugins: [layoutWorkerVitePlugin()],
	test: {
		include: ["test/**/*.test.{ts,tsx}"],
		// What drives a real VS Code has its own runner (scripts/test.mjs, `npm run test:host`).
		exclude: ["test/host/**"],
		// No test changes what another sees of a module, and loading the core anew for each file takes longer than most files.
		isolate: false,
		// On two cores Vitest would take one worker; most of these wait for a browser, a server or a process of their own.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		sequence: { sequencer: SlowFirst },
		// A machine with two cores also runs Chromium and PostgreSQL meanwhile.
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
