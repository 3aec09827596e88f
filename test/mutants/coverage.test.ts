import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { Coverage } from "./coverage.ts";

const SOURCE = `interface Größe { a: "😀" }
export function f(value: number): string {
	if (value > 1) return "large";
	return "small";
}
export const never = () => "never";
`;

test("what a process executed is known by its place in the source", () => {
	const folder = realpathSync(temporaryFolder());
	writeFiles(folder, {
		"a.ts": SOURCE,
		"b.mjs": 'import { f } from "./a.ts"; f(0);',
	});
	const reports = join(folder, "reports");
	spawnSync(process.execPath, [join(folder, "b.mjs")], {
		env: { ...process.env, NODE_V8_COVERAGE: reports },
	});
	// As a process leaves it that is killed while it writes.
	writeFiles(reports, { "coverage-0.json": '{"result":[{"scriptId":"3","url' });
	const coverage = Coverage.read(reports, folder);
	const executes = (part: string) =>
		coverage.executes("a.ts", SOURCE.indexOf(part));
	assert.equal(executes("value > 1"), true);
	assert.equal(executes('"small"'), true);
	assert.equal(executes('"large"'), false);
	assert.equal(executes('"never"'), false);
	assert.equal(coverage.executes("c.ts", 0), false);
});
