import { raw } from "./raw";

/**
 * A script of `bin/`: its first lines say what it does and how it is called; what all scripts share comes behind them.
 *
 * @param more files beside `common.sh` that it reads
 */
export function shellScript(...more: readonly string[]): typeof raw {
	const sourced = ["common.sh", ...more].map((file) => {
		const folder = file === "common.sh" ? '$(dirname -- "$0")' : "$here";
		return `# shellcheck source-path=SCRIPTDIR source=${file}\n. "${folder}/${file}"\n`;
	});
	return (strings, ...values) => {
		const text = raw(strings, ...values);
		const about = /^(?:#.*\n)*/.exec(text)?.[0] ?? "";
		return `#!/bin/sh\n${about}${sourced.join("")}${text.slice(about.length)}`;
	};
}
