import { folderOf, isWithin, joinPath } from "../paths";
import { databasePath, type Finder, type Found } from "../workspace";

/**
 * `deploy/<change>.sql` in the order of `sqitch.plan`. A change that is planned again later was reworked: its earlier
 * form is `deploy/<change>@<tag>.sql`, named by the next tag. `sqitch.conf` names the engine and may move the folders.
 * https://sqitch.org/docs/manual/sqitchchanges/ and https://sqitch.org/docs/manual/sqitch-rework/
 */
export const findSqitch: Finder = (workspace) =>
	workspace.named("sqitch.plan").flatMap((plan): Found[] => {
		const folder = folderOf(plan.path);
		const config = workspace.file(joinPath(folder, "sqitch.conf"))?.text ?? "";
		const { deploy, revert, verify } = scriptFolders(config, folder);
		const folders = [deploy, revert, verify];
		const inFolders = workspace.files.filter(({ path }) => folders.some((of) => isWithin(path, of)));
		const alsoTaken = inFolders.map(({ path }) => path);
		const engine = settingOf(config, "engine");
		if (engine !== undefined && engine !== "pg" && engine !== "cockroach")
			return [{ path: databasePath(folder), kind: "sqitch", files: [], alsoTaken }];
		const files = changesOf(plan.text).flatMap((names) => {
			const found = names.flatMap((name) => workspace.file(joinPath(deploy, `${name}.sql`)) ?? []);
			return found.slice(0, 1);
		});
		return files.length > 0 ? [{ path: databasePath(folder), kind: "sqitch", files, alsoTaken }] : [];
	});

/** Where a project keeps its scripts: beside the plan, or where `sqitch.conf` says (https://sqitch.org/docs/manual/sqitch-config/). */
export function scriptFolders(config: string, folder: string): Record<"deploy" | "revert" | "verify", string> {
	const top = joinPath(folder, settingOf(config, "top_dir") ?? ".");
	const scripts = (name: string) => {
		const own = settingOf(config, `${name}_dir`);
		return own === undefined ? joinPath(top, name) : joinPath(folder, own);
	};
	return { deploy: scripts("deploy"), revert: scripts("revert"), verify: scripts("verify") };
}

function settingOf(config: string, name: string): string | undefined {
	return new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\n#;]+?)"?\\s*$`, "m").exec(config)?.[1];
}

/**
 * For each change of the plan the names that its file may have, without `.sql`: those with a tag between it and its
 * next planning come first.
 */
function changesOf(plan: string): string[][] {
	const steps = plan
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("%"))
		.map((line) => line.split(/\s/, 1)[0] as string);
	return steps.flatMap((step, index) => {
		if (step.startsWith("@")) return [];
		const again = steps.indexOf(step, index + 1);
		const tags = again < 0 ? [] : steps.slice(index, again).filter((other) => other.startsWith("@"));
		return [[...tags.map((tag) => `${step}${tag}`), step]];
	});
}
