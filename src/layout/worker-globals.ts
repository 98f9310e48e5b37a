// ELK takes a worker without `document` for its own and answers our messages; with one it exports a layouter that we can call.
if (typeof document === "undefined") Object.assign(globalThis, { document: {} });

export {};
