/** What is drawn of a table at a zoom: less than that couldn't be read, and costs time. */
export type Level = "full" | "keys" | "header" | "rectangle";

/** From this zoom on, pixels of a 12 px letter: 7, 5 and 2. */
export function levelAt(zoom: number): Level {
	if (zoom >= 0.6) return "full";
	if (zoom >= 0.44) return "keys";
	if (zoom >= 0.14) return "header";
	return "rectangle";
}

/** Below this zoom, closed groups of a big diagram are drawn as one box each. */
export const OVERVIEW_ZOOM = 0.32;
/** Above so many tables a diagram opens with its groups closed. */
export const GROUPED_ABOVE = 150;
/** Above so many tables the frames of groups are drawn. */
export const FRAMED_ABOVE = 24;
