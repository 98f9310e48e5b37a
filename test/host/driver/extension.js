// Installed beside the extension in a real VS Code, where its whole API is at hand. It does what the environment asks:
// TENANCY_DRIVER_RUN    a file whose run() is awaited; what it returns is written as JSON to TENANCY_DRIVER_RESULT
// TENANCY_DRIVER_PORT   a file to write "port token" to; functions posted there are run with (vscode, argument, require)
const { randomUUID } = require("node:crypto");
const { renameSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const vscode = require("vscode");

/** Whole or not at all: the reader polls for the file. */
function writeWhole(file, text) {
	writeFileSync(`${file}.part`, text);
	renameSync(`${file}.part`, file);
}

async function runFile(file, resultFile) {
	let result;
	try {
		result = { value: await require(file).run() };
	} catch (error) {
		result = { error: error?.stack ?? String(error) };
	}
	if (resultFile) writeWhole(resultFile, JSON.stringify(result));
}

async function answer(request, response, token) {
	let body = "";
	for await (const chunk of request) body += chunk;
	if (request.headers.authorization !== token) return response.writeHead(403).end();
	try {
		const { source, argument } = JSON.parse(body);
		const value = await new Function(`return (${source});`)()(vscode, argument, require);
		response.end(JSON.stringify({ value: value ?? null }));
	} catch (error) {
		response.end(JSON.stringify({ error: error?.stack ?? String(error) }));
	}
}

function serve(portFile, context) {
	const token = randomUUID();
	const server = createServer((request, response) => void answer(request, response, token));
	server.listen(0, "127.0.0.1", () => writeWhole(portFile, `${server.address().port} ${token}`));
	context.subscriptions.push({ dispose: () => server.close() });
}

exports.activate = (context) => {
	const { TENANCY_DRIVER_RUN, TENANCY_DRIVER_RESULT, TENANCY_DRIVER_PORT } = process.env;
	if (TENANCY_DRIVER_PORT) serve(TENANCY_DRIVER_PORT, context);
	if (TENANCY_DRIVER_RUN) void runFile(TENANCY_DRIVER_RUN, TENANCY_DRIVER_RESULT);
};
