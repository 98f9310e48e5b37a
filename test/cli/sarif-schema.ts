import { createRequire } from "node:module";

/** As much of ajv as is used here. Version 6 is the last that reads JSON schemas of draft 4, which SARIF's is. */
interface Ajv {
	addMetaSchema(schema: object): void;
	compile(schema: object): {
		(data: unknown): boolean;
		errors?: readonly { dataPath: string; message?: string }[] | null;
	};
}

const load = createRequire(import.meta.url);
const AjvClass = load("ajv") as new (options: object) => Ajv;
const ajv = new AjvClass({ schemaId: "auto", allErrors: true });
ajv.addMetaSchema(load("ajv/lib/refs/json-schema-draft-04.json"));
/** The schema of SARIF 2.1.0, as Microsoft's SARIF SDK for JavaScript ships it. */
const validate = ajv.compile(load("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));

/** What the official schema has against a log: path and message of each; empty where it is valid. */
export function schemaErrors(log: unknown): string[] {
	validate(log);
	return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
}
