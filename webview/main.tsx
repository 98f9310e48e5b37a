import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/index.css";
import { App } from "./components/App";
import { connectHost } from "./host";
import { Layouter } from "./layout/layouter";
import { readSaved } from "./state/view";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");

const host = connectHost();
// On the root element, where the style sheet derives its colours from the variables that this class sets.
if (host.standalone) document.documentElement.classList.add("standalone");
const restored = host.restored();
createRoot(root).render(
	<StrictMode>
		<App
			host={host}
			layouter={new Layouter()}
			saved={restored === undefined || restored === null ? null : readSaved(restored)}
		/>
	</StrictMode>,
);
