import { useReactFlow, useStore } from "@xyflow/react";
import { type PointerEvent, useMemo } from "react";
import type { DiagramTable } from "../../src/core/diagram/diagram";
import { SCOPES } from "../../src/core/tenancy/scope";
import { around, type Box } from "../../src/layout/boxes";

/** Pixels on the screen. */
const WIDTH = 176;
const HEIGHT = 116;

interface MiniMapProps {
	readonly tables: readonly DiagramTable[];
	readonly boxes: ReadonlyMap<string, Box>;
}

/**
 * The whole picture, small, and where the viewport is in it. One path for each scope: React Flow's own draws and watches an
 * element for each node, which costs more than the diagram when there are 1,000. Keys reach everything without it, so it is hidden
 * from screen readers.
 */
export function MiniMap({ tables, boxes }: MiniMapProps) {
	const flow = useReactFlow();
	const all = useMemo(() => around([...boxes.values()]), [boxes]);
	const paths = useMemo(() => scopePaths(tables, boxes), [tables, boxes]);
	const scale = Math.max(all.width / WIDTH, all.height / HEIGHT) * 1.08;
	if (!Number.isFinite(scale) || scale === 0) return null;
	const left = all.x - (WIDTH * scale - all.width) / 2;
	const top = all.y - (HEIGHT * scale - all.height) / 2;
	const move = (event: PointerEvent<SVGSVGElement>) => {
		const rect = event.currentTarget.getBoundingClientRect();
		const [x, y] = [left + (event.clientX - rect.left) * scale, top + (event.clientY - rect.top) * scale];
		void flow.setCenter(x, y, { zoom: flow.getZoom(), duration: 0 });
	};
	return (
		<div className="minimap" aria-hidden="true">
			{/* biome-ignore lint/a11y/noSvgWithoutTitle: hidden, as said above */}
			<svg
				width={WIDTH}
				height={HEIGHT}
				viewBox={`${left} ${top} ${WIDTH * scale} ${HEIGHT * scale}`}
				onPointerDown={(event) => {
					event.currentTarget.setPointerCapture(event.pointerId);
					move(event);
				}}
				onPointerMove={(event) => event.buttons === 1 && move(event)}
			>
				{paths.map(({ scope, path }) => (
					<path key={scope} className={`tile ${scope}`} d={path} />
				))}
				<Window scale={scale} />
			</svg>
		</div>
	);
}

/** Follows every movement, alone. */
function Window({ scale }: { readonly scale: number }) {
	const x = useStore((store) => -store.transform[0] / store.transform[2]);
	const y = useStore((store) => -store.transform[1] / store.transform[2]);
	const width = useStore((store) => store.width / store.transform[2]);
	const height = useStore((store) => store.height / store.transform[2]);
	return <rect className="window" x={x} y={y} width={width} height={height} strokeWidth={1.5 * scale} rx={3 * scale} />;
}

function scopePaths(tables: readonly DiagramTable[], boxes: ReadonlyMap<string, Box>) {
	return SCOPES.map((scope) => {
		const path = tables
			.filter((table) => table.scope === scope)
			.map(({ id }) => boxes.get(id))
			.map((box) => (box ? `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}z` : ""))
			.join("");
		return { scope, path };
	}).filter(({ path }) => path !== "");
}
