import type { DatabaseAnalysis } from "../core/analyze";
import { platformOf } from "./apply/platform";
import { extensionsHinted } from "./apply/stand-ins";
import type { Engine } from "./engine";
import { openPglite } from "./pglite";
import { openServer, type ServerEngine } from "./server";

/** An empty database for an analysis: embedded, or a scratch database on the server that the URL names. The caller closes it. */
export async function openFor(
	{ model, files }: DatabaseAnalysis,
	url: string | undefined,
): Promise<readonly [engine: Engine, server: ServerEngine | undefined]> {
	if (url !== undefined) {
		const server = await openServer(url);
		return [server, server];
	}
	// A block may create one that reading doesn't follow.
	const named = files.flatMap(({ text }) =>
		[...text.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map(([, name]) => name ?? ""),
	);
	const platform = platformOf(files, model)?.extensions.map(({ name }) => name) ?? [];
	const hinted = files.flatMap(({ text }) => extensionsHinted(text));
	return [await openPglite([...model.extensions.keys(), ...named, ...platform, ...hinted]), undefined];
}
