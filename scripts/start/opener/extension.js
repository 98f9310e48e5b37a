const vscode = require("vscode");

// A reloaded window has the diagram already: the extension restores it.
exports.activate = () => {
	const open = vscode.window.tabGroups.all.some(({ tabs }) =>
		tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
	);
	if (!open) void vscode.commands.executeCommand("tenancy.openDiagram");
};
