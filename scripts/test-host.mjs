#!/usr/bin/env node
// npm run test:host: only the suites in VS Code's extension host.
import { runHostSuites } from "./lib/host-suites.mjs";
import { packageExtensionWhenStale } from "./lib/vsix.mjs";

const { passed, failures } = await runHostSuites(await packageExtensionWhenStale());
for (const { title, message } of failures) console.error(`✗ ${title}\n${message}\n`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
