import { Fragment } from "react";
import { nameParts } from "../flow/fit-name";

/** A name that breaks between its words where it is too long for its line. */
export function Breakable({ name }: { readonly name: string }) {
	let length = 0;
	return nameParts(name).map((part) => {
		length += part.length;
		return (
			<Fragment key={length}>
				{part}
				<wbr />
			</Fragment>
		);
	});
}
