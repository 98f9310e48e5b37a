import type { Proved } from "../commands/prove";
import type { Workspace } from "../load";

/** The JSON of `tenancy prove --json`, version 1: one database plainly, several as `databases` with their paths. */
export function proveJson(workspace: Workspace, proved: readonly Proved[]): string {
	const [first, ...more] = proved.map((each) => databaseJson(each, workspace));
	const value = more.length === 0 ? first : { version: 1, databases: [first, ...more] };
	return `${JSON.stringify(value, null, 2)}\n`;
}

function databaseJson({ database, proof }: Proved, { place, show, databases }: Workspace) {
	const { version, notApplied, tests: _, ...rest } = proof;
	return {
		version,
		...(databases.length > 1 ? { path: show(database.path) } : {}),
		...rest,
		notApplied: notApplied.map(({ message, ...location }) => ({ place: place(database, location), message })),
	};
}
