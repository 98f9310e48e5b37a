import Mocha from "mocha";

/** What a run of the suites in the extension host came to. */
export interface HostResult {
	readonly passed: number;
	/** Failed and skipped tests: a test that doesn't run proves nothing. */
	readonly failures: readonly { readonly title: string; readonly message: string }[];
}

/**
 * Runs suites inside VS Code's extension host, with mocha's BDD functions as globals.
 * @param suites each loads one suite file, which registers its tests
 */
export async function runSuites(suites: readonly (() => unknown)[]): Promise<HostResult> {
	const mocha = new Mocha({ ui: "bdd", timeout: 30_000, reporter: "dot" });
	mocha.suite.emit("pre-require", globalThis, "", mocha);
	for (const load of suites) await load();
	let passed = 0;
	const failures: { title: string; message: string }[] = [];
	await new Promise<void>((resolve) => {
		mocha
			.run(() => resolve())
			.on("pass", () => {
				passed += 1;
			})
			.on("fail", (test, error) => failures.push({ title: test.fullTitle(), message: error.stack ?? String(error) }))
			.on("pending", (test) => failures.push({ title: test.fullTitle(), message: "skipped" }));
	});
	return { passed, failures };
}
