import { useStoreApi } from "@xyflow/react";
import { type ReactNode, useLayoutEffect, useState } from "react";

/**
 * React Flow measures each node that comes into view and looks for its handles in the page. Ours have known sizes and handles that
 * no element stands for, so measuring would cost a layout for each node and lose the handles. This takes it out, before
 * anything is drawn.
 */
export function SuppliedSizes({ children }: { readonly children: ReactNode }) {
	const store = useStoreApi();
	const [ready, setReady] = useState(false);
	useLayoutEffect(() => {
		store.setState({ updateNodeInternals: () => {} });
		setReady(true);
	}, [store]);
	return ready ? children : null;
}
