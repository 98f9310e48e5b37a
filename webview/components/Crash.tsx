import { Component, type ReactNode } from "react";
import { Failed } from "./Screens";

/** A mistake of ours while drawing ends with words and not with an empty page; the next diagram is drawn again. */
export class Crash extends Component<
	{ readonly children: ReactNode; readonly screen: unknown },
	{ readonly message: string | null; readonly screen: unknown }
> {
	override state = { message: null as string | null, screen: this.props.screen };

	static getDerivedStateFromError(error: unknown) {
		return { message: `Drawing failed: ${error instanceof Error ? error.message : String(error)}` };
	}

	static getDerivedStateFromProps(props: { readonly screen: unknown }, state: { readonly screen: unknown }) {
		return props.screen === state.screen ? null : { message: null, screen: props.screen };
	}

	override render() {
		return this.state.message === null ? this.props.children : <Failed message={this.state.message} send={null} />;
	}
}
