import type { Analysis } from "../../src/core/analyze";

/** An analysis as plain values: with its diagrams drawn and its remedies made, so that two of them can be compared. */
export function comparable({ databases, configProblems }: Analysis): object {
	return {
		configProblems,
		databases: databases.map((database) => ({
			...database,
			findings: database.findings.map((finding) => ({ ...finding, remedies: finding.remedies() })),
		})),
	};
}
