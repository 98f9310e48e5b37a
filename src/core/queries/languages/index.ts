import type { Language } from "../query";
import { GO } from "./go";
import { PYTHON } from "./python";
import { rubyRules } from "./ruby";
import { type LanguageRules, Scanner } from "./scanner";
import { SCRIPT } from "./script";
import type { Tokens } from "./token";

/** The languages by the ends of their files' names. */
const EXTENSIONS: Readonly<Record<string, Language>> = {
	sql: "sql",
	ts: "script",
	tsx: "script",
	mts: "script",
	cts: "script",
	js: "script",
	jsx: "script",
	mjs: "script",
	cjs: "script",
	py: "python",
	go: "go",
	rb: "ruby",
};

/** The language that a file is written in, by its name; null where no SQL is looked for. */
export function languageOf(path: string): Language | null {
	const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
	return Object.hasOwn(EXTENSIONS, extension) ? (EXTENSIONS[extension] as Language) : null;
}

/** A file's tokens. Never throws, whatever the text. */
export function tokensOf(text: string, language: Exclude<Language, "sql">): Tokens {
	const rules: Readonly<Record<typeof language, () => LanguageRules>> = {
		script: () => SCRIPT,
		python: () => PYTHON,
		go: () => GO,
		ruby: rubyRules,
	};
	return new Scanner(text, rules[language]()).scanAll();
}
