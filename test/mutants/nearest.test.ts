import assert from "node:assert/strict";
import { test } from "node:test";
import { repository } from "../../experiment/code/test-repository.ts";
import { nearestTests } from "./nearest.ts";

test("the tests of a file are those that import it, the nearest first, and no others", () => {
	const root = repository({
		"a/x.ts": "export const x = 1;",
		"a/x.test.ts": 'import { x } from "./x.ts";',
		"a/other.test.ts": 'import { x } from "./x.ts";',
		"b/y.ts": 'import { x } from "../a/x.ts"; export const y = x;',
		"b/y.test.ts": 'import { y } from "./y.ts";',
		"c/late.test.ts": 'await import("../b/y.ts");',
		"c/types.test.ts": 'import type { X } from "../a/x.ts";',
		"c/stranger.test.ts": "export {};",
		"d/start.test.ts": `spawn(new URL(\`../a/x.\${ending}\`, import.meta.url));`,
		"cli/command.test.ts": 'import { x } from "../a/x.ts";',
	});
	assert.deepEqual(nearestTests(root)("a/x.ts"), {
		near: [
			"a/x.test.ts",
			"a/other.test.ts",
			"d/start.test.ts",
			"b/y.test.ts",
			"c/late.test.ts",
		],
		far: ["cli/command.test.ts"],
	});
});
