/** VS Code gives the variables; elsewhere the fallbacks count, which follow the reader's light or dark. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --text: var(--vscode-editor-foreground, light-dark(#1f2328, #e6edf3)); --quiet: var(--vscode-descriptionForeground, light-dark(#59636e, #9198a1)); --back: var(--vscode-editor-background, light-dark(#ffffff, #0d1117)); --line: var(--vscode-panel-border, light-dark(#d1d9e0, #3d444d)); --link: var(--vscode-textLink-foreground, light-dark(#0969da, #4493f8)); --accent: var(--vscode-charts-blue, light-dark(#0969da, #4493f8)); --c1: var(--vscode-charts-green, light-dark(#1a7f37, #3fb950)); --c2: var(--vscode-charts-orange, light-dark(#bc4c00, #db6d28)); --c3: var(--vscode-charts-purple, light-dark(#8250df, #ab7df8)); --soft: var(--vscode-textBlockQuote-background, light-dark(#f6f8fa, #151b23)); }
.vscode-light, .vscode-high-contrast-light { color-scheme: light; }
.vscode-dark, .vscode-high-contrast:not(.vscode-high-contrast-light) { color-scheme: dark; }
.vscode-high-contrast, .vscode-high-contrast-light { --line: var(--vscode-contrastBorder); --soft: var(--vscode-editor-background); }
body { background: var(--back); color: var(--text); font: 14px/1.55 var(--vscode-font-family, system-ui, sans-serif); margin: 0; }
.report { max-width: 860px; margin: 0 auto; padding: 24px 28px 64px; }
.report h1 { font-size: 26px; line-height: 1.25; margin: 8px 0 12px; }
.report h2 { font-size: 18px; margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
.report p, .report li { max-width: 78ch; }
.report p { margin: 8px 0; }
.report li { margin: 5px 0; }
.report a { color: var(--link); }
.summary { background: var(--soft); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 4px; padding: 8px 18px; font-size: 15px; }
.report code { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.92em; background: var(--vscode-textCodeBlock-background, var(--soft)); padding: 1px 4px; border-radius: 3px; }
.report sup { line-height: 0; font-size: 11px; margin-left: 2px; }
.report .cite { text-decoration: none; padding: 0 1px; }
.report nav ol { columns: 2; padding-left: 20px; color: var(--quiet); }
/* A margin would be left out above the first column and not above the second. */
.report nav li { margin: 0; padding: 4px 0; break-inside: avoid; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0; }
.actions button { font: inherit; padding: 5px 14px; border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); border-radius: 3px; cursor: pointer; background: var(--vscode-button-secondaryBackground, var(--soft)); color: var(--vscode-button-secondaryForeground, var(--text)); }
.actions button.primary { background: var(--vscode-button-background, var(--accent)); color: var(--vscode-button-foreground, #ffffff); }
.actions button:hover { background: var(--vscode-button-secondaryHoverBackground, var(--soft)); }
.actions button.primary:hover { background: var(--vscode-button-hoverBackground, var(--accent)); }
.report :focus-visible, .actions button:focus-visible { outline: 1px solid var(--vscode-focusBorder, var(--accent)); outline-offset: 2px; }
.scroll { overflow-x: auto; margin: 12px 0; }
.report table { border-collapse: collapse; width: 100%; }
.report th, .report td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); font-weight: normal; }
.report thead th { color: var(--quiet); font-weight: 600; border-bottom-width: 2px; }
.report tbody th { font-weight: 600; }
.report .number { text-align: right; font-variant-numeric: tabular-nums; }
.report ul.checks { list-style: none; padding-left: 4px; }
.report ul.checks li { padding-left: 24px; text-indent: -24px; }
.report ul.checks li::before { content: "☐"; display: inline-block; width: 24px; text-indent: 0; }
.report figure { margin: 18px 0; }
.report figcaption { font-weight: 600; margin-bottom: 6px; }
.bars { list-style: none; padding: 0; margin: 0; }
.bars li { display: grid; grid-template-columns: 150px 1fr 110px; gap: 12px; align-items: center; max-width: none; }
.bars .track { height: 14px; }
.bars .bar { display: block; height: 100%; background: var(--quiet); border-radius: 2px; }
.bars .chosen .bar { background: var(--accent); }
.bars .chosen .label, .bars .chosen .value { font-weight: 600; }
.bars .value { text-align: right; font-variant-numeric: tabular-nums; }
.lines { width: 100%; max-width: 760px; height: auto; }
.lines text { fill: var(--quiet); font-size: 12px; }
.lines .grid { stroke: var(--line); stroke-width: 1; fill: none; }
.lines .line { fill: none; stroke-width: 2; }
.lines .chosen .line { stroke-width: 3.5; }
.lines .chosen text { font-weight: 600; }
.lines .s0 .line { stroke: var(--accent); } .lines .s0 text { fill: var(--accent); }
.lines .s1 .line { stroke: var(--c1); } .lines .s1 text { fill: var(--c1); }
.lines .s2 .line { stroke: var(--c2); } .lines .s2 text { fill: var(--c2); }
.lines .s3 .line { stroke: var(--c3); } .lines .s3 text { fill: var(--c3); }
.report details summary { cursor: pointer; color: var(--quiet); }
.sources li { overflow-wrap: anywhere; }
@media (forced-colors: active) { .bars .bar { background: CanvasText; } .bars .chosen .bar { background: Highlight; } }
@media (max-width: 600px) { .bars li { grid-template-columns: 1fr auto; } .bars .track { grid-column: 1 / -1; grid-row: 2; } .report nav ol { columns: 1; } }
`;
