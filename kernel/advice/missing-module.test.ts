import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import { openNotebook, resultOf } from "../engine/test-notebook.ts";
import { foreignImport } from "./missing-module.ts";

describe("an import as other runtimes write it says what to write here:", () => {
	for (const [specifier, advice] of [
		["npm:lodash", /: %npm install lodash, then import from "lodash"$/],
		[
			"npm:@scope/x@^1.2/sub",
			/: %npm install @scope\/x@\^1\.2, then import from "@scope\/x\/sub"$/,
		],
		["npm:/zod@3", /: %npm install zod@3, then import from "zod"$/],
		[
			"jsr:@std/path@1/posix",
			/: !npx jsr add @std\/path@1, then import from "@std\/path\/posix"$/,
		],
		["https://esm.sh/lodash@4", /can change.*: %npm install lodash@4, then/],
		["https://esm.sh/v135/d3@7", /: %npm install d3@7, then import from "d3"$/],
		["https://esm.run/zod", /: %npm install zod, then/],
		[
			"https://cdn.jsdelivr.net/npm/@scope/x@1/+esm",
			/: %npm install @scope\/x@1, then/,
		],
		["https://cdn.skypack.dev/d3", /: %npm install d3, then/],
		[
			"http://example.org/lib/tools.js",
			/%npm install NAME.*import that: "\.\/tools\.js"$/,
		],
		["bun:sqlite", /no modules of "bun:"; Node has "node:sqlite"$/],
		["cloudflare:sockets", /no modules of "cloudflare:"$/],
		["C:\\data\\a.js", /file:\/\/\/C:\/data\/a\.js$/],
		["", /^an import needs the name of a module$/],
	] as const)
		test(JSON.stringify(specifier), () => {
			assert.match(
				foreignImport(specifier, "%npm install")?.message ?? "",
				advice,
			);
		});

	test("and nothing of what Node imports", () => {
		for (const specifier of [
			"fs",
			"node:fs",
			"lodash",
			"@scope/x",
			"./a.ts",
			"/a.ts",
			"file:///a.ts",
			"data:text/javascript,1",
			"#internal",
		])
			assert.equal(foreignImport(specifier, "%npm install"), undefined);
	});
});

test("a module that is not there is named with what was meant, or how to get it", async () => {
	const { folder, execute } = await openNotebook();
	writeFiles(folder, {
		"helper.ts": "export const one = 1;",
		"asks.ts": 'import "no-such-package-x";',
		"foreign.ts": 'import "npm:zod";',
		"node_modules/lodash/package.json": '{ "name": "lodash" }',
	});
	for (const [code, expected] of [
		[
			'import z from "npm:zod"',
			'ForeignImport: "npm:zod" is how Deno names a package of npm; here: %npm install zod, then import from "zod"',
		],
		['await import("npm:zod")', /^ForeignImport: .*%npm install zod/],
		['require("https://esm.sh/zod")', /^ForeignImport: .*%npm install zod/],
		['import "./foreign.ts"', /^ForeignImport: .*%npm install zod/],
		[
			'import fs from "node:fss"',
			/^Error: Node \d+ has no module "node:fss"; did you mean "node:fs"\?$/,
		],
		[
			'import _ from "lodahs"',
			`Error: Cannot find package 'lodahs'; did you mean "lodash"? If not, install it: %npm install lodahs`,
		],
		[
			'require("no-such-package-x/sub")',
			"Error: Cannot find package 'no-such-package-x'; install it: %npm install no-such-package-x",
		],
		[
			'import "./asks.ts"',
			`Error: Cannot find package 'no-such-package-x' imported from ${folder}/asks.ts; install it: %npm install no-such-package-x`,
		],
		[
			'import "./helpr.ts"',
			`Error: Cannot find module '${folder}/helpr.ts'; did you mean "helper.ts"?`,
		],
		[
			'require("./HELPER.ts")',
			`Error: Cannot find module './HELPER.ts'; did you mean "helper.ts"?`,
		],
		[
			'import "./away/x.ts"',
			`Error: Cannot find module '${folder}/away/x.ts'; there is no folder ${folder}/away`,
		],
		[
			'import "#inner"',
			'TypeError: Package import specifier "#inner" is not defined',
		],
	] as const) {
		const result = resultOf(await execute(code));
		if (typeof expected === "string") assert.equal(result, expected);
		else assert.match(result, expected);
	}
});
