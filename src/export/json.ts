import type { Diagram } from "../core/diagram/diagram";
import type { Positions } from "../protocol/messages";

/** The diagram as it is drawn, for other programs: `{ version: 1, …Diagram, positions }`, positions in pixels. */
export function toJson(diagram: Diagram, positions: Positions): string {
	return `${JSON.stringify({ version: 1, ...diagram, positions }, null, 2)}\n`;
}
