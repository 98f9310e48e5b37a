import type { QName } from "../schema/model";
import { quoteName } from "./identifier";

/** `ALTER VIEW … SET (…)` or `RESET (…)`. */
export function alterView(view: QName, what: string): string {
	return `ALTER VIEW ${quoteName(view)} ${what}`;
}
