import type { Claim } from "../claim";
import type { SourceId } from "../sources";
import type { Block, Passage } from "./report";

/** Something that follows from the answers, or rests on these documents. */
export function say(text: string, ...sources: readonly (SourceId | null)[]): Passage {
	return { text, sources: sources.filter((id) => id !== null) };
}

export function cite({ text, source }: Claim): Passage {
	return say(text, source);
}

export function paragraph(text: string, ...sources: readonly (SourceId | null)[]): Block {
	return { kind: "paragraph", passage: say(text, ...sources) };
}

export function list(items: readonly Passage[], style: "bullets" | "numbers" | "checks" = "bullets"): Block {
	return { kind: "list", items, style };
}
