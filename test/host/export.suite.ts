import assert from "node:assert/strict";
import * as vscode from "vscode";
import { folder } from "./support";

describe("export", () => {
	const files: vscode.Uri[] = [];
	after(() => Promise.all(files.map((file) => vscode.workspace.fs.delete(file))));

	async function exported(format: string): Promise<Uint8Array> {
		const file = vscode.Uri.joinPath(folder(), `tenancy.${format}`);
		await vscode.commands.executeCommand("tenancy.exportDiagram", { format, file: file.toString() });
		files.push(file);
		return vscode.workspace.fs.readFile(file);
	}
	const text = async (format: string) => new TextDecoder().decode(await exported(format));

	it("writes JSON with every table at its place", async () => {
		const { tables, positions } = JSON.parse(await text("json"));
		assert.equal(tables.length, 17);
		assert.deepEqual(Object.keys(positions).sort(), tables.map(({ id }: { id: string }) => id).sort());
	});

	it("writes one HTML file with the panel and the diagram in it, and nothing to fetch", async () => {
		const html = await text("html");
		assert.match(html, /id="tenancy-diagram">\{"type":"diagram"/);
		assert.match(html, /public\.ticket_messages/);
		assert.match(html, /default-src 'none'/);
		assert.doesNotMatch(html, /<(script|link|img)[^>]+(src|href)=/);
	});

	it("writes SVG, Mermaid and DBML", async () => {
		assert.match(await text("svg"), /^<svg [\s\S]*ticket_messages/);
		assert.match(await text("mmd"), /^erDiagram\n[\s\S]*ticket_messages/);
		assert.match(await text("dbml"), /Table "public"\."ticket_messages"/);
	});

	it("writes a PNG that is a picture of more than a few points", async () => {
		const png = await exported("png");
		assert.deepEqual([...png.slice(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
		const size = new DataView(png.buffer, png.byteOffset + 16, 8);
		assert.ok(size.getUint32(0) > 600 && size.getUint32(4) > 400);
	});
});
