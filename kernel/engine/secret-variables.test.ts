import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

test("a variable that a later cell took away is secret still, however the cells set it", async () => {
	const { execute, folder } = await openNotebook({
		env: { GIVEN_API_TOKEN: "of-the-start" },
	});
	// No cell has a value as it is: what a cell gives to such a name is known by itself.
	const first = '["of-a", "variable"].join("-")';
	const other = '["of-another", "object"].join("-")';
	const held = '["of-the", "replaced"].join("-")';
	const given = '["of-the", "start"].join("-")';
	const own = '["of-an", "own"].join("-")';
	const swapped = '["of-a", "swapped"].join("-")';
	const cells = [
		"delete process.env.GIVEN_API_TOKEN;",
		`process.env.FIRST_API_TOKEN = ${first}; const { env } = process;`,
		"delete process.env.FIRST_API_TOKEN;",
		`process.env = { ...env, OTHER_API_TOKEN: ${other} };`,
		`env.HELD_API_TOKEN = ${held}; delete env.HELD_API_TOKEN;`,
		"const mine = { ...env }; process.env = mine;",
		`mine.OWN_API_TOKEN = ${own};`,
		"delete mine.OWN_API_TOKEN;",
		`mine.SWAPPED_API_TOKEN = ${swapped}; process.env = env;`,
		`%dd run seen\nconsole.log(${[first, other, held, given, own, swapped]}, "and no secret");`,
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
		texts.some((text) =>
			text.includes(`${"[redacted] ".repeat(6)}and no secret`),
		),
	);
	assert.deepEqual(
		texts.filter((text) =>
			/of-a-variable|of-another-object|of-the-replaced|of-the-start|of-an-own|of-a-swapped/.test(
				text,
			),
		),
		[],
	);
});

test("process.env stays an object, which Node needs for imports and processes", async () => {
	const { execute } = await openNotebook();
	for (const value of ["null", "undefined", '"A=1"']) {
		const refused = await execute(`process.env = ${value}`);
		assert.match(resultOf(refused), /^UsageError: process\.env is an object/);
	}
	await execute("const before = process.env; process.env = {};");
	const empty = await execute("Object.keys(process.env).length");
	assert.deepEqual([resultOf(empty), textOf(empty, "stderr")], ["0", ""]);
	await execute('process.env = before; process.env.DEEPDIVA_TEST_HELD = "1";');
	const shell = await execute("!echo $DEEPDIVA_TEST_HELD");
	assert.equal(textOf(shell), "1\n");
});
