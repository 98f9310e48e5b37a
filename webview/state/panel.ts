import { createContext, type Dispatch, useContext } from "react";
import type { Diagram } from "../../src/core/diagram/diagram";
import type { HostMessage, ShownProof, WebviewMessage } from "../../src/protocol/messages";
import type { Action } from "./reduce";
import type { View } from "./view";

type DistributiveOmit<Type, Key extends PropertyKey> = Type extends unknown ? Omit<Type, Key> : never;

/** A message to the host without its version, which the panel adds. */
export type Intent = DistributiveOmit<Exclude<WebviewMessage, { type: "ready" }>, "version">;

/** What the parts of the panel share while a diagram is shown. */
export interface Panel {
	readonly message: Extract<HostMessage, { type: "diagram" }>;
	readonly diagram: Diagram;
	readonly view: View;
	readonly proof: ShownProof | null;
	readonly dispatch: Dispatch<Action>;
	readonly send: (intent: Intent) => void;
	/** Tells a screen reader what happened. */
	readonly announce: (text: string) => void;
	readonly canEdit: boolean;
	readonly standalone: boolean;
}

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
	const panel = useContext(PanelContext);
	if (!panel) throw new Error("Only to be used inside of a diagram");
	return panel;
}
