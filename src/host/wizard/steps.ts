import * as vscode from "vscode";

/** What a step was left by. */
export type Left<Value> = { readonly value: Value } | "back" | "closed";

/** What all steps show alike. */
export interface StepLook {
	readonly title: string;
	/** From 1. */
	readonly step: number;
	readonly totalSteps: number;
	readonly prompt: string;
}

export interface PickItem<Value> extends vscode.QuickPickItem {
	readonly value: Value;
}

/** A step with a list; the items whose value is in `chosen` are selected at first. Several may be chosen where `many` says so. */
export function pickStep<Value>(
	look: StepLook,
	items: readonly PickItem<Value>[],
	chosen: readonly Value[],
	many: boolean,
): Promise<Left<readonly Value[]>> {
	const pick = vscode.window.createQuickPick<PickItem<Value>>();
	const first = items.filter(({ value }) => chosen.includes(value));
	Object.assign(pick, { ...shown(look), placeholder: look.prompt, matchOnDetail: true, canSelectMany: many, items });
	if (many) pick.selectedItems = first;
	else pick.activeItems = first;
	return left(pick, (accept) =>
		pick.onDidAccept(() => {
			if (many || pick.selectedItems.length > 0) accept(pick.selectedItems.map(({ value }) => value));
		}),
	);
}

/** A step in which something is typed; what `wrong` says of it is shown, and keeps it from being accepted. */
export function typeStep(look: StepLook, value: string, wrong: (text: string) => string | null): Promise<Left<string>> {
	const input = vscode.window.createInputBox();
	const check = () => {
		const message = wrong(input.value);
		input.validationMessage = message ?? "";
		return message === null;
	};
	Object.assign(input, { ...shown(look), prompt: look.prompt, value });
	return left(input, (accept) => {
		input.onDidChangeValue(check);
		input.onDidAccept(() => {
			if (check()) accept(input.value);
		});
	});
}

function shown({ title, step, totalSteps }: StepLook) {
	// A person looks things up while they answer.
	return { title, step, totalSteps, ignoreFocusOut: true, buttons: step > 1 ? [vscode.QuickInputButtons.Back] : [] };
}

function left<Value>(
	input: vscode.QuickInput & { readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
	listen: (accept: (value: Value) => void) => void,
): Promise<Left<Value>> {
	return new Promise<Left<Value>>((resolve) => {
		const end = (how: Left<Value>) => {
			resolve(how);
			input.dispose();
		};
		listen((value) => end({ value }));
		input.onDidTriggerButton((button) => {
			if (button === vscode.QuickInputButtons.Back) end("back");
		});
		// Also when it is disposed: what was resolved first counts.
		input.onDidHide(() => end("closed"));
		input.show();
	});
}
