import { useEffect, useEffectEvent } from "react";

/**
 * Calls back for keys that nothing below took. On the window, because after a click on the background, or when the panel has just
 * been opened, no part of it has the keyboard. What is called back first was mounted first; it takes a key with `preventDefault`.
 */
export function useWindowKeys(onKey: (event: KeyboardEvent) => void): void {
	const receive = useEffectEvent((event: KeyboardEvent) => {
		if (!event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target))
			onKey(event);
	});
	useEffect(() => {
		const listener = (event: KeyboardEvent) => receive(event);
		window.addEventListener("keydown", listener);
		return () => window.removeEventListener("keydown", listener);
	}, []);
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && target.closest("input, select, textarea, [role=menu], dialog") !== null;
}
