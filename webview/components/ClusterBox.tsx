import type { NodeProps } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import { SCOPES } from "../../src/core/tenancy/scope";
import type { ClusterNode } from "../flow/nodes";
import { plural, scopeWord } from "../flow/words";
import { usePanel } from "../state/panel";
import { Icon } from "./Icon";

/** A group of tables: open, a frame with its name; closed, a small map of its tables with what they are. */
export const ClusterBox = memo(
	function ClusterBox({ data: { cluster, open, leaking } }: NodeProps<ClusterNode>) {
		if (open) {
			return (
				<div className="frame">
					<span className="frame-label">{cluster.label}</span>
				</div>
			);
		}
		return (
			<div className="cluster">
				<svg
					className="tiles"
					viewBox={`0 0 ${cluster.box.width} ${cluster.box.height}`}
					preserveAspectRatio="none"
					aria-hidden="true"
				>
					{cluster.tiles.map(({ scope, path }) => (
						<path key={scope} className={`tile ${scope}`} d={path} />
					))}
				</svg>
				<div className="cluster-screen">
					<div className="cluster-words">
						<span className="cluster-name">{cluster.label}</span>
						<span className="cluster-count">{plural(cluster.tables.length, "table")}</span>
						<Unscoped count={cluster.counts.unscoped} />
						{cluster.errors > 0 && <Alarm icon="error">{plural(cluster.errors, "error")}</Alarm>}
						{leaking > 0 && <Alarm icon="beaker">{leaking} leaking</Alarm>}
					</div>
					<ScopeBar counts={cluster.counts} />
				</div>
			</div>
		);
	},
	(before, now) => before.data === now.data,
);

function Unscoped({ count }: { readonly count: number }) {
	const singleTenant = usePanel().diagram.mode === "single-tenant";
	if (count === 0 || singleTenant) return null;
	return (
		<Alarm icon="warning">
			{count} {scopeWord("unscoped", false).toLowerCase()}
		</Alarm>
	);
}

function Alarm({ icon, children }: { readonly icon: "warning" | "error" | "beaker"; readonly children: ReactNode }) {
	return (
		<span className="cluster-alarm">
			<Icon name={icon} />
			{children}
		</span>
	);
}

/** How the tables divide among the scopes, as a bar. Decoration: the numbers stand in words beside it. */
export function ScopeBar({ counts }: { readonly counts: ClusterNode["data"]["cluster"]["counts"] }) {
	return (
		<span className="scope-bar" aria-hidden="true">
			{SCOPES.filter((scope) => counts[scope] > 0).map((scope) => (
				<span key={scope} className={`scope-part ${scope}`} style={{ flexGrow: counts[scope] }} />
			))}
		</span>
	);
}
