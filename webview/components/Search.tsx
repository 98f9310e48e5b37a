import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import { search } from "../flow/search";
import { plural, scopeWord } from "../flow/words";
import { usePanel } from "../state/panel";
import { Icon, ScopeIcon } from "./Icon";

/** More hits than this aren't read; another letter narrows them. */
const MOST_HITS = 40;

/** Finds tables and columns by parts of their names. Follows https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function Search({ onClose }: { readonly onClose: () => void }) {
	const { diagram, dispatch, announce } = usePanel();
	const [query, setQuery] = useState("");
	const [chosen, setChosen] = useState(0);
	const input = useRef<HTMLInputElement>(null);
	const list = useId();
	const deferred = useDeferredValue(query);
	const hits = useMemo(() => search(diagram.tables, deferred, MOST_HITS), [diagram, deferred]);
	const singleTenant = diagram.mode === "single-tenant";

	useEffect(() => input.current?.focus(), []);
	useEffect(() => {
		if (deferred !== "") announce(hits.length === 0 ? "Nothing found" : plural(hits.length, "hit"));
	}, [deferred, hits, announce]);

	const go = (i: number) => {
		// Who types fast presses Enter before the list follows.
		const hit = (query === deferred ? hits : search(diagram.tables, query, MOST_HITS))[i];
		if (!hit) return;
		dispatch({ type: "goTo", table: hit.table.id });
		onClose();
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown") setChosen(Math.min(hits.length - 1, chosen + 1));
		else if (event.key === "ArrowUp") setChosen(Math.max(0, chosen - 1));
		else if (event.key === "Enter") go(chosen);
		else if (event.key === "Escape") onClose();
		else return;
		event.preventDefault();
		event.stopPropagation();
	};

	return (
		<search className="search">
			<div className="search-field">
				<Icon name="search" />
				<input
					ref={input}
					type="text"
					role="combobox"
					aria-label="Find a table or column"
					aria-expanded={hits.length > 0}
					aria-controls={list}
					aria-autocomplete="list"
					aria-activedescendant={hits.length > 0 ? `${list}-${chosen}` : undefined}
					placeholder="Table or column"
					spellCheck={false}
					autoComplete="off"
					value={query}
					onChange={(event) => {
						setQuery(event.target.value);
						setChosen(0);
					}}
					onKeyDown={onKeyDown}
				/>
				<button type="button" className="icon-button" aria-label="Close" title="Close (Escape)" onClick={onClose}>
					<Icon name="close" />
				</button>
			</div>
			<div className="hits" role="listbox" id={list} aria-label="Hits">
				{hits.map(({ table, column }, i) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
					<div
						key={table.id}
						id={`${list}-${i}`}
						role="option"
						tabIndex={-1}
						aria-selected={i === chosen}
						className={`hit ${table.scope}`}
						ref={i === chosen ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
						onClick={() => go(i)}
					>
						<ScopeIcon scope={table.scope} singleTenant={singleTenant} />
						<span className="hit-name">
							{table.schema !== "public" && <span className="hit-schema">{table.schema}.</span>}
							{table.name}
							{column !== null && <span className="hit-column">.{column}</span>}
						</span>
						<span className="hit-scope">{scopeWord(table.scope, singleTenant)}</span>
					</div>
				))}
			</div>
			{deferred.trim() !== "" && hits.length === 0 && (
				<p className="search-nothing">No table or column has these letters.</p>
			)}
		</search>
	);
}
