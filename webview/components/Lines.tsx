import { type EdgeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { linePath, marksPath, type Side } from "../flow/edge-path";
import type { KeyEdge, TieEdge } from "../flow/edges";
import { shortName } from "../flow/words";

function sideOf(position: Position): Side {
	return position === Position.Left ? "left" : "right";
}

/** A foreign key. Its words show when the pointer rests on it. */
export const KeyLine = memo(function KeyLine({
	sourceX,
	sourceY,
	sourcePosition,
	targetX,
	targetY,
	targetPosition,
	data,
}: EdgeProps<KeyEdge>) {
	if (!data) return null;
	const { edge } = data;
	const ends = {
		sourceX,
		sourceY,
		sourceSide: sideOf(sourcePosition),
		targetX,
		targetY,
		targetSide: sideOf(targetPosition),
	};
	const line = linePath(ends);
	return (
		<>
			<path className="line" d={line} />
			<path className="marks" d={marksPath(ends, edge.nullable)} />
			<path className="reach" d={line}>
				<title>
					{`${shortName(edge.from)} (${edge.columns.join(", ")}) → ${shortName(edge.to)} (${edge.toColumns.join(", ")})${edge.nullable ? ", may be empty" : ""}, on delete ${edge.onDelete}`}
				</title>
			</path>
		</>
	);
});

/** All foreign keys between two boxes of which one is a closed group. */
export const TieLine = memo(function TieLine({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<TieEdge>) {
	const width = Math.min(4, 1 + Math.log2(data?.count ?? 1) / 1.5);
	return <path className="tie" d={`M${sourceX} ${sourceY}L${targetX} ${targetY}`} strokeWidth={width} />;
});
