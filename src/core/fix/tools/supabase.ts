import { compareText } from "../../text/compare";
import { upScript } from "../script";
import { oneFileTool } from "./one-file";

/**
 * `supabase/migrations/<timestamp>_name.sql`. The CLI sends a file's statements in one pipeline, which is one transaction,
 * together with the entry in its own history, so `CREATE INDEX CONCURRENTLY` fails even alone in a file; only its versions
 * from 2.109 on take such statements out. So everything is written for a transaction. There is no way down.
 * https://supabase.com/docs/guides/deployment/database-migrations, https://github.com/supabase/cli/issues/2898,
 * https://github.com/supabase/cli/pull/6276 and `ExecBatch` in https://github.com/supabase/cli/blob/develop/pkg/migration/file.go
 */
export const supabase = oneFileTool({
	outside: "inside",
	separator: "_",
	compare: compareText,
	text: (part) => upScript(part, "local"),
});
