import type { Needs } from "../needs";
import { compliance } from "./compliance";
import type { Consideration } from "./consideration";
import { isolation } from "./isolation";
import { operations } from "./operations";
import { scale } from "./scale";

/** Everything that there is to weigh for somebody with these needs. Never empty. */
export function considerationsFor(needs: Needs): Consideration[] {
	return [scale, isolation, compliance, operations].flatMap((theme) => theme(needs)).filter((each) => each !== false);
}
