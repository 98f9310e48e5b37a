import { SCOPES } from "../core/tenancy/scope";
import { DARK, LIGHT } from "./scope-style";

export type Theme = "light" | "dark" | "auto";

const FONT = "'DejaVu Sans',system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

/** Classes only, without custom properties: renderers outside of browsers know no more. */
export function styleSheet(theme: Theme): string {
	const shapes = [
		`text{font-family:${FONT};font-size:12px}`,
		".heading{font-size:16px;font-weight:bold}",
		".name{font-size:13px;font-weight:bold}",
		".small{font-size:10px}",
		".type{font-size:11px}",
		".icon{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}",
		".frame{fill:none;stroke-width:1.5}",
		".edge{fill:none;stroke-width:1.3}",
		".across{opacity:.45}",
		".label{font-size:18px;font-weight:bold}",
		".maybe{stroke-dasharray:5 4}",
	].join("");
	if (theme === "auto") return `${shapes}${colours("light")}@media (prefers-color-scheme:dark){${colours("dark")}}`;
	return shapes + colours(theme);
}

function colours(theme: "light" | "dark"): string {
	const dark = theme === "dark";
	const text = dark ? "#e6e6e6" : "#1f1f1f";
	const muted = dark ? "#a8a8a8" : "#5f5f5f";
	const base = [
		`.page{fill:${dark ? "#1b1b1b" : "#ffffff"}}`,
		`.body{fill:${dark ? "#262626" : "#ffffff"}}`,
		`text{fill:${text}}`,
		`.remark,.type,.small{fill:${muted}}`,
		`.rule{stroke:${dark ? "#3d3d3d" : "#e4e4e4"}}`,
		`.edge{stroke:${dark ? "#8d8d8d" : "#7a7a7a"}}`,
		`.group{fill:${dark ? "#202020" : "#f7f7f7"};stroke:${dark ? "#3d3d3d" : "#dedede"}}`,
		`.label{fill:${muted}}`,
		`.end{fill:${dark ? "#1b1b1b" : "#ffffff"}}`,
	];
	const scopes = SCOPES.map((scope) => {
		const colour = (dark ? DARK : LIGHT)[scope];
		return `.${scope} .band{fill:${colour.band}}.${scope} .frame{stroke:${colour.border}}.${scope} .icon{stroke:${colour.text}}.${scope} .name,.${scope} .word{fill:${colour.text}}.${scope} .mark{fill:${colour.border}}`;
	});
	return [...base, ...scopes].join("");
}
