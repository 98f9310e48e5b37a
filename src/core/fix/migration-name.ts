import { isNotSchema, isOtherDialect } from "../workspace/not-schema";

/** Long names are cut by some file systems and unreadable in all. */
const LONGEST = 50;

/**
 * The words of a migration's name, from the title of what it does: `tenancy enable row level security on orders`. Names of
 * tables are anything; what isn't a letter or digit is left out, and so is all of it where the name would mean something
 * else, such as a seed, a test, a way back or another database product.
 */
export function migrationWords(title: string): string[] {
	const words = ["tenancy"];
	for (const [word] of title.toLowerCase().matchAll(/[a-z0-9]+/g)) {
		if ([...words, word].join("_").length > LONGEST) break;
		words.push(word);
	}
	return words.length > 1 && isPlain(words) ? words : ["tenancy", "fix"];
}

function isPlain(words: readonly string[]): boolean {
	return ["_", "-"].every((separator) => {
		const name = `0${separator}${words.join(separator)}`;
		return [`${name}.sql`, `${name}/migration.sql`, `${name}${separator}1.sql`].every(
			(path) => !isNotSchema(path) && !isOtherDialect(path),
		);
	});
}
