import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openNotebook } from "./test-notebook.ts";

test("a variable that a later cell took away is secret still, however the cells set it", async () => {
	const { execute, folder } = await openNotebook();
	// No cell has a value as it is: what a cell gives to such a name is known by itself.
	const first = '["of-a", "variable"].join("-")';
	const other = '["of-another", "object"].join("-")';
	const cells = [
		`process.env.FIRST_API_TOKEN = ${first}; const { env } = process;`,
		"delete process.env.FIRST_API_TOKEN;",
		`process.env = { ...env, OTHER_API_TOKEN: ${other} };`,
		"process.env = env;",
		`%dd run seen\nconsole.log(${first}, ${other}, "and no secret");`,
	];
	for (const cell of cells)
		assert.equal((await execute(cell)).reply.status, "ok", cell);
	const runs = readdirSync(join(folder, "runs"), {
		recursive: true,
		withFileTypes: true,
	});
	const texts = runs
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) =>
			readFileSync(join(parentPath, name), "utf8"),
		);
	assert.ok(
		texts.some((text) => text.includes("[redacted] [redacted] and no secret")),
	);
	assert.deepEqual(
		texts.filter((text) => /of-a-variable|of-another-object/.test(text)),
		[],
	);
});
