import { nameOf } from "../paths";
import type { Finder } from "../workspace";

/**
 * `db/structure.sql`, and `db/<name>_structure.sql` for further databases: the dump that Rails writes after its Ruby migrations.
 * https://guides.rubyonrails.org/active_record_migrations.html#schema-dumping-and-you
 */
export const findRailsStructure: Finder = (workspace) =>
	workspace.files
		.filter(({ path, text }) => /^(?:.+_)?structure\.sql$/.test(nameOf(path)) && isRailsDump(path, text))
		.map((file) => ({ path: file.path, kind: "rails-structure", files: [file] }));

function isRailsDump(path: string, text: string): boolean {
	return (
		/(?:^|\/)db\/[^/]+$/.test(path) ||
		/\bINSERT INTO "schema_migrations"/.test(text) ||
		/^-- PostgreSQL database dump$/m.test(text.slice(0, 2000))
	);
}
