import type { Part } from "../../fix/parts";
import type { Artifact } from "../artifact";
import { downFile, upFile } from "../base/sql-file";

/** A stage is deployed alone, and taken back alone. Its files run in order up, and in the other order down. */
export interface Stage {
	readonly number: number;
	readonly name: "expand" | "backfill" | "enforce" | "contract";
	/** What it does, in one sentence. */
	readonly about: string;
	readonly up: readonly string[];
	readonly down: readonly string[];
}

/** The files of a part's way up and down. */
export function filesOfParts(parts: readonly Part[], about: string): Pick<Stage, "up" | "down"> {
	return {
		up: parts.map((part) => upFile(part, [about])),
		down: [...parts].reverse().flatMap((part) => downFile(part, [`Takes back: ${about}`]) ?? []),
	};
}

/** `stages/1-expand/up.sql`, `down.sql`, and the parts that these run. */
export function stageArtifacts({ number, name, about, up, down }: Stage): Artifact[] {
	const folder = `stages/${number}-${name}`;
	const part = (way: string, text: string, i: number): Artifact => ({
		path: `${folder}/${way}-${i + 1}.sql`,
		text,
		purpose: `${way === "up" ? about : `Takes back stage ${number}`} (part ${i + 1})`,
	});
	const all = (way: string, texts: readonly string[]): Artifact => ({
		path: `${folder}/${way}.sql`,
		text: `-- psql --dbname YOUR_DATABASE --file ${folder}/${way}.sql\n\\set ON_ERROR_STOP on\n${texts.map((_, i) => `\\ir ${way}-${i + 1}.sql`).join("\n")}\n`,
		purpose: way === "up" ? `Stage ${number}, ${name}: ${about}` : `Takes stage ${number} back.`,
	});
	return [
		all("up", up),
		...up.map((text, i) => part("up", text, i)),
		all("down", down),
		...down.map((text, i) => part("down", text, i)),
	];
}
