import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { walk } from "../../../src/cli/files/walk";
import { temporaryFolder } from "../temporary";

const names = (folder: string, from = folder) => walk(from).files.map((file) => relative(folder, file));

describe("walk", () => {
	test("leaves out what git leaves out: nested .gitignore files, folders, exceptions", () => {
		const files = {
			".git/": "",
			".gitignore": "build/\n*.tmp.sql\n/top.sql\n",
			"top.sql": "",
			"a.sql": "",
			"a.tmp.sql": "",
			"build/b.sql": "",
			"db/top.sql": "",
			"db/.gitignore": "!keep.tmp.sql\nold/*\n!old/still.sql\n",
			"db/keep.tmp.sql": "",
			"db/other.tmp.sql": "",
			"db/old/gone.sql": "",
			"db/old/still.sql": "",
			"db/build/c.sql": "",
			"node_modules/x/d.sql": "",
		};
		const folder = temporaryFolder(files);
		const found = names(folder).filter((name) => name.endsWith(".sql"));
		expect(found).toEqual(["a.sql", "db/keep.tmp.sql", "db/old/still.sql", "db/top.sql"]);
		expect(names(folder, join(folder, "db")).filter((name) => name.endsWith(".sql"))).toEqual(found.slice(1));

		execFileSync("git", ["init", "--quiet"], { cwd: folder });
		const git = execFileSync("git", ["ls-files", "--others", "--exclude-standard"], { cwd: folder, encoding: "utf8" });
		expect(found).toEqual(git.split("\n").filter((name) => name.endsWith(".sql") && !name.startsWith("node_modules")));
	});

	test("a folder that is ignored is read when it is asked for by name", () => {
		const folder = temporaryFolder({ ".git/": "", ".gitignore": "build\n", "build/b.sql": "" });
		expect(names(folder, join(folder, "build"))).toEqual(["build/b.sql"]);
	});

	test("links to folders are not entered, so that one that leads up ends; links to files are read", () => {
		const folder = temporaryFolder({ "db/a.sql": "" });
		symlinkSync("..", join(folder, "db/up"));
		symlinkSync("loop", join(folder, "db/loop"));
		symlinkSync("a.sql", join(folder, "db/b.sql"));
		symlinkSync("nowhere.sql", join(folder, "db/c.sql"));
		expect(names(folder)).toEqual(["db/a.sql", "db/b.sql"]);
	});
});
