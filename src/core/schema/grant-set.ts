import type { GrantDraft, GrantTarget } from "./drafts";

/** Privileges on objects, in the order of their statements. */
export class GrantSet {
	readonly #all = new Set<GrantDraft>();
	/** Most statements concern an object that few others do. */
	readonly #on = new Map<GrantTarget, Set<GrantDraft>>();

	[Symbol.iterator](): Iterator<GrantDraft> {
		return this.#all.values();
	}

	add(grant: GrantDraft): void {
		this.#all.add(grant);
		const known = this.#on.get(grant.object);
		if (known) known.add(grant);
		else this.#on.set(grant.object, new Set([grant]));
	}

	/** Takes privileges from the role: of the object with all its columns, or of the columns alone. */
	take({ object, role, privileges, columns }: Pick<GrantDraft, "object" | "role" | "privileges" | "columns">): void {
		for (const each of this.#on.get(object) ?? []) {
			const covered =
				each.role === role &&
				(columns.length === 0 || (each.columns.length > 0 && each.columns.every((column) => columns.includes(column))));
			if (!covered) continue;
			each.privileges = each.privileges.filter((privilege) => !privileges.includes(privilege));
			if (each.privileges.length === 0) this.#remove(each);
		}
	}

	forget(object: GrantTarget): void {
		for (const grant of this.#on.get(object) ?? []) this.#all.delete(grant);
		this.#on.delete(object);
	}

	forgetRole(role: string): void {
		for (const grant of this.#all) if (grant.role === role) this.#remove(grant);
	}

	#remove(grant: GrantDraft): void {
		this.#all.delete(grant);
		this.#on.get(grant.object)?.delete(grant);
	}
}
