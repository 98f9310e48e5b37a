import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon, type IconName } from "./Icon";

export type MenuItem =
	| {
			readonly label: string;
			readonly icon?: IconName;
			readonly hint?: string;
			/** A colour beside the label. */
			readonly className?: string;
			readonly act: () => void;
	  }
	| "separator";

interface MenuProps {
	readonly label: string;
	readonly items: readonly MenuItem[];
	/** Pixels from the window's upper left corner. */
	readonly x: number;
	readonly y: number;
	readonly onClose: () => void;
}

/** A menu at a point, kept inside the window. Arrow keys, Home, End, first letters, Escape. https://www.w3.org/WAI/ARIA/apg/patterns/menubar/ */
export function Menu({ label, items, x, y, onClose }: MenuProps) {
	const menu = useRef<HTMLDivElement>(null);
	const [place, setPlace] = useState({ left: x, top: y });

	useLayoutEffect(() => {
		const rect = menu.current?.getBoundingClientRect();
		if (rect)
			setPlace({
				left: Math.max(4, Math.min(x, innerWidth - rect.width - 4)),
				top: Math.max(4, Math.min(y, innerHeight - rect.height - 4)),
			});
	}, [x, y]);
	useEffect(() => {
		const before = document.activeElement;
		menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
		return () => {
			if (
				before instanceof HTMLElement &&
				(document.activeElement === document.body || document.activeElement === null)
			)
				before.focus({ preventScroll: true });
		};
	}, []);
	useEffect(() => {
		const close = (event: Event) => {
			if (!menu.current?.contains(event.target as Node)) onClose();
		};
		addEventListener("pointerdown", close, true);
		addEventListener("blur", onClose);
		return () => {
			removeEventListener("pointerdown", close, true);
			removeEventListener("blur", onClose);
		};
	}, [onClose]);

	const onKeyDown = (event: KeyboardEvent) => {
		const choices = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
		const here = choices.indexOf(document.activeElement as HTMLElement);
		const go = (i: number) => choices.at(i % choices.length)?.focus();
		if (event.key === "ArrowDown") go(here + 1);
		else if (event.key === "ArrowUp") go(here - 1);
		else if (event.key === "Home") go(0);
		else if (event.key === "End") go(-1);
		else if (event.key === "Escape" || event.key === "Tab") onClose();
		else if (event.key.length === 1 && event.key !== " ") {
			const rest = [...choices.slice(here + 1), ...choices.slice(0, here + 1)];
			rest.find((choice) => choice.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
		} else return;
		event.preventDefault();
		event.stopPropagation();
	};

	return (
		<div className="menu" role="menu" aria-label={label} tabIndex={-1} ref={menu} style={place} onKeyDown={onKeyDown}>
			{items.map((item, i) =>
				item === "separator" ? (
					// biome-ignore lint/suspicious/noArrayIndexKey: separators have nothing else
					<hr key={i} />
				) : (
					<button
						key={item.label}
						type="button"
						role="menuitem"
						tabIndex={-1}
						className={`menu-item ${item.className ?? ""}`}
						onClick={() => {
							onClose();
							item.act();
						}}
					>
						{item.icon ? <Icon name={item.icon} /> : <span className="icon-space" />}
						<span className="menu-label">{item.label}</span>
						{item.hint && <span className="menu-hint">{item.hint}</span>}
					</button>
				),
			)}
		</div>
	);
}
