/** PostgreSQL's NAMEDATALEN - 1: identifiers are cut to this many bytes of UTF-8. */
const MAX_BYTES = 63;

/** More pairs than any schema has names; beyond them the memory starts again. */
const MOST_PAIRS = 100_000;

/**
 * Text that is made of two others, made once: the same names come with every edit, and a text that is at hand is found in
 * a map several times faster than one that has just been put together.
 */
class Pairs {
	#made = new Map<string, Map<string, string>>();
	#size = 0;

	get(first: string, second: string): string | undefined {
		return this.#made.get(first)?.get(second);
	}

	add(first: string, second: string, made: string): string {
		if (++this.#size > MOST_PAIRS) {
			this.#made = new Map();
			this.#size = 1;
		}
		const seconds = this.#made.get(first);
		if (seconds) seconds.set(second, made);
		else this.#made.set(first, new Map([[second, made]]));
		return made;
	}
}

const keys = new Pairs();
const shortNames = new Pairs();
/** By label. */
const longNames = new Map<string, Pairs>();

/** The key of an object in the catalog's maps. */
export function keyOf(schema: string, name: string): string {
	return keys.get(schema, name) ?? keys.add(schema, name, `${schema}.${name}`);
}

function bytesOf(name: string): number {
	let bytes = 0;
	for (let i = 0; i < name.length; i++) {
		const unit = name.charCodeAt(i);
		if (unit < 0x80) bytes += 1;
		else if (unit < 0x800) bytes += 2;
		else if (unit >= 0xd800 && unit < 0xdc00) {
			bytes += 4;
			i++;
		} else bytes += 3;
	}
	return bytes;
}

/** Cuts a name to a number of bytes without splitting a character (`pg_mbcliplen`). */
function clip(name: string, maxBytes: number): string {
	if (name.length <= maxBytes && bytesOf(name) <= maxBytes) return name;
	let clipped = "";
	let bytes = 0;
	for (const character of name) {
		bytes += bytesOf(character);
		if (bytes > maxBytes) break;
		clipped += character;
	}
	return clipped;
}

/** A name as PostgreSQL stores it: at most 63 bytes. */
export function truncated(name: string): string {
	return clip(name, MAX_BYTES);
}

/**
 * `name1_name2_label`, shortened to 63 bytes by taking from the longer of the two
 * names (PostgreSQL's `makeObjectName` in src/backend/commands/indexcmds.c).
 */
export function makeObjectName(name1: string, name2: string | null, label: string): string {
	if (name2 === null) return shortNames.get(label, name1) ?? shortNames.add(label, name1, cutName(name1, name2, label));
	let names = longNames.get(label);
	if (!names) {
		names = new Pairs();
		longNames.set(label, names);
	}
	return names.get(name1, name2) ?? names.add(name1, name2, cutName(name1, name2, label));
}

function cutName(name1: string, name2: string | null, label: string): string {
	let bytes1 = bytesOf(name1);
	let bytes2 = name2 === null ? 0 : bytesOf(name2);
	const available = MAX_BYTES - (name2 === null ? 0 : 1) - (label.length + 1);
	while (bytes1 + bytes2 > available) {
		if (bytes1 > bytes2) bytes1--;
		else bytes2--;
	}
	const middle = name2 === null ? "" : `_${clip(name2, bytes2)}`;
	return `${clip(name1, bytes1)}${middle}_${label}`;
}

/** The first of `name1_name2_label`, `…label1`, `…label2` that isn't taken (`ChooseRelationName`, `ChooseConstraintName`). */
export function chooseName(
	name1: string,
	name2: string | null,
	label: string,
	isTaken: (name: string) => boolean,
): string {
	for (let pass = 0; ; pass++) {
		const name = makeObjectName(name1, name2, pass === 0 ? label : `${label}${pass}`);
		if (!isTaken(name)) return name;
	}
}

/** The columns' part of a generated index or foreign key name, cut as `ChooseIndexNameAddition` cuts it. */
export function nameAddition(columns: readonly string[]): string {
	if (columns.length === 1) return columns[0] as string;
	let addition = "";
	for (const column of columns) {
		addition += addition === "" ? column : `_${column}`;
		if (bytesOf(addition) > MAX_BYTES) break;
	}
	return addition;
}

/** Gives repeated index column names a number (`ChooseIndexColumnNames`): `expr`, `expr1`. */
export function distinctColumnNames(names: readonly string[]): readonly string[] {
	if (names.length < 2) return names;
	const distinct: string[] = [];
	for (const name of names) {
		let candidate = name;
		for (let i = 1; distinct.includes(candidate); i++) candidate = `${clip(name, MAX_BYTES - String(i).length)}${i}`;
		distinct.push(candidate);
	}
	return distinct;
}
