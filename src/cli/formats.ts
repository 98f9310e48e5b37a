/** How findings are printed. */
export const FORMATS = ["text", "json", "sarif", "github"] as const;
/** The least severity that makes the exit code 1. */
export const FAIL_ON = ["error", "warning", "info", "never"] as const;
