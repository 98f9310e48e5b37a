import type { ReactNode } from "react";
import type { HostMessage } from "../../src/protocol/messages";
import type { Intent } from "../state/panel";
import { Icon, type IconName } from "./Icon";

type Send = (intent: Intent) => void;

function Screen({
	icon,
	title,
	children,
}: {
	readonly icon: IconName;
	readonly title: string;
	readonly children: ReactNode;
}) {
	return (
		<main className="screen">
			<div className="screen-icon">
				<Icon name={icon} />
			</div>
			<h1>{title}</h1>
			{children}
		</main>
	);
}

/** Says what is read now, and how far it is where that is known. */
export function Loading({
	label,
	done,
	total,
}: {
	readonly label: string;
	readonly done: number;
	readonly total: number;
}) {
	const known = total > 0;
	return (
		<Screen icon="database" title="Reading your schema">
			<p className="screen-text">{known ? `${label} (${done} of ${total})` : label}</p>
			<progress
				className="progress"
				aria-label={label}
				{...(known ? { max: total, value: Math.min(done, total) } : {})}
			/>
		</Screen>
	);
}

const EMPTY: Readonly<
	Record<Extract<HostMessage, { type: "empty" }>["reason"], { readonly title: string; readonly text: string }>
> = {
	"no-folder": {
		title: "No folder is open",
		text: "Open the folder that holds your PostgreSQL migrations or schema. Or look at an example first: it shows whose data each table holds, and where that is unclear.",
	},
	"no-sql": {
		title: "There is no SQL here yet",
		text: "This workspace has no .sql files that we read. Migrations of Supabase, Prisma, Flyway, goose and others are found by themselves; files that .gitignore or your settings leave out are not read.",
	},
	"no-tables": {
		title: "No tables found",
		text: "There is SQL here, but none of it creates a table. Check in the settings whether the right files are read, or look at an example.",
	},
};

/** Nothing to draw: why, and what to do next. */
export function Empty({ reason, send }: { readonly reason: keyof typeof EMPTY; readonly send: Send }) {
	const { title, text } = EMPTY[reason];
	const run = (command: Extract<Intent, { type: "runCommand" }>["command"]) => () =>
		send({ type: "runCommand", command });
	return (
		<Screen icon={reason === "no-folder" ? "folder-opened" : "table"} title={title}>
			<p className="screen-text">{text}</p>
			<div className="screen-actions">
				<button type="button" className="button primary" onClick={run("openExample")}>
					Open an example
				</button>
				<button type="button" className="button" onClick={run("openWalkthrough")}>
					How it works
				</button>
				{reason !== "no-folder" && (
					<button type="button" className="button" onClick={run("openSettings")}>
						Settings
					</button>
				)}
				{reason !== "no-folder" && (
					<button type="button" className="button" onClick={run("refresh")}>
						Read again
					</button>
				)}
			</div>
		</Screen>
	);
}

export function Failed({ message, send }: { readonly message: string; readonly send: Send | null }) {
	return (
		<Screen icon="error" title="The diagram could not be drawn">
			<p className="screen-text">{message === "" ? "Something went wrong while your files were read." : message}</p>
			{send && (
				<div className="screen-actions">
					<button
						type="button"
						className="button primary"
						onClick={() => send({ type: "runCommand", command: "refresh" })}
					>
						Try again
					</button>
				</div>
			)}
		</Screen>
	);
}
