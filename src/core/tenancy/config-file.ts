/** The file at the root of a workspace in which a person overrules what was detected. Apart from its reader, which brings zod. */
export const CONFIG_FILE = "tenancy.config.json";
