import type { Table, Trigger, View } from "../../schema/model";
import { columnList, quoteIdentifier, quoteLiteral } from "../identifier";
import type { Names } from "./names";

export function createView(view: View, names: Names): string {
	const options = [...(view.securityInvoker ? ["security_invoker=true"] : []), ...(view.options ?? [])];
	return [
		`CREATE ${view.recursive ? "RECURSIVE " : ""}${view.kind === "materialized" ? "MATERIALIZED " : ""}VIEW ${names.of(view)}`,
		...(view.aliases ? [`(${columnList(view.aliases)})`] : []),
		...(options.length > 0 ? [`WITH (${options.join(", ")})`] : []),
		`AS\n${names.sql(view.query)}`,
		...(view.ending ? [view.ending] : []),
	].join(" ");
}

/** @param run the trigger's function as SQL */
export function createTrigger(table: Table, trigger: Trigger, run: string, names: Names): string {
	const events = trigger.events.map((event) =>
		event === "update" && trigger.updateOf ? `UPDATE OF ${columnList(trigger.updateOf)}` : event.toUpperCase(),
	);
	return [
		`CREATE ${trigger.constraint === undefined ? "" : "CONSTRAINT "}TRIGGER ${quoteIdentifier(trigger.name)}`,
		`${trigger.timing.toUpperCase()} ${events.join(" OR ")} ON ${names.of(table)}`,
		...(trigger.constraint ? [names.sql(trigger.constraint)] : []),
		...(trigger.referencing ? [trigger.referencing] : []),
		...(trigger.row ? ["FOR EACH ROW"] : []),
		...(trigger.when === undefined ? [] : [`WHEN (${names.sql(trigger.when)})`]),
		`EXECUTE FUNCTION ${run}(${(trigger.arguments ?? []).map(quoteLiteral).join(", ")})`,
	].join(" ");
}

/** `COMMENT ON TABLE …` and the like; nothing where there is no comment. */
export function commentOn(what: string, text: string | null): string[] {
	return text === null ? [] : [`COMMENT ON ${what} IS ${quoteLiteral(text)}`];
}
