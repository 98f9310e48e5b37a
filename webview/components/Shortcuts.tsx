import { useEffect, useRef } from "react";
import { Icon } from "./Icon";

const SHORTCUTS: readonly (readonly [readonly string[], string])[] = [
	[["/"], "Find a table or column"],
	[["←", "→", "↑", "↓"], "Go to the next table, along foreign keys first"],
	[["Enter"], "Show the table's SQL, or open a group"],
	[["Space"], "Select: details and lines of the table"],
	[["F"], "Only the table and its neighbours"],
	[["1", "2", "3"], "How many foreign keys away, while focused"],
	[["Shift+F10"], "What can be done with the table"],
	[["Esc"], "Back to all tables, then nothing selected"],
	[["L"], "List of tables, and back"],
	[["P"], "Proof of isolation, and back"],
	[["+", "-", "0"], "Zoom in, out, show everything"],
	[["?"], "This list"],
];

/** All keys, as a dialog. */
export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => dialog.current?.showModal(), []);
	return (
		<dialog className="shortcuts" ref={dialog} onClose={onClose} aria-labelledby="shortcuts-title">
			<div className="details-head">
				<h2 id="shortcuts-title">Keys</h2>
				<button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
					<Icon name="close" />
				</button>
			</div>
			<dl>
				{SHORTCUTS.map(([keys, words]) => (
					<div key={words}>
						<dt>
							{keys.map((key) => (
								<kbd key={key}>{key}</kbd>
							))}
						</dt>
						<dd>{words}</dd>
					</div>
				))}
			</dl>
			<p>
				With the mouse: click shows the SQL, double click the neighbours, right click everything else, drag moves a
				table and is remembered.
			</p>
		</dialog>
	);
}
