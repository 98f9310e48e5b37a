export { createElk, type Elk } from "./elk";
export { type LayoutOptions, type LayoutRequest, layoutDiagram, layoutInColumns, layoutRequest } from "./layout";
export {
	DETAILS,
	type Detail,
	FOOT_HEIGHT,
	HEADER_HEIGHT,
	ROW_HEIGHT,
	shortType,
	shownColumns,
	tableSize,
} from "./size";
