import { deflateRawSync } from "node:zlib";
import type { Sent } from "../../protocol/changes";

/** From so many characters on a message is packed: below, packing takes longer than what it saves. */
const PACKED_ABOVE = 50_000;
/** Of zlib's: a third of level 9's time, a tenth more bytes. */
const LEVEL = 3;

/**
 * A message as it travels to the webview: its JSON text, or that text in UTF-8, deflated (RFC 1951). Never as an object: VS Code
 * looks into every value of one on its way, which takes a second for a thousand tables. Their text of 4 MB goes through several
 * processes, and with a remote folder over a network; deflated it is a twentieth of that.
 */
export function packed(message: Sent): string | Uint8Array {
	const text = JSON.stringify(message);
	// VS Code sends typed arrays as they are, but not Node.js' Buffer, whose toJSON makes it a list of numbers.
	return text.length < PACKED_ABOVE ? text : new Uint8Array(deflateRawSync(text, { level: LEVEL }));
}
