import assert from "node:assert/strict";
import { test } from "node:test";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

const MEASURE = `
	const { setFlagsFromString } = await import("node:v8");
	const { runInNewContext } = await import("node:vm");
	setFlagsFromString("--expose-gc");
	const collectGarbage = runInNewContext("gc");
`;

test("after thousands of cells, one more costs the memory of its text and its variable, and the owner forgets what has ended", async () => {
	const notebook = await openNotebook();
	const forgotten = new Set<string>();
	notebook.engine.on("forgotten", (parent) => forgotten.add(parent));
	await notebook.execute(MEASURE);
	const bytes = async () =>
		Number(
			resultOf(
				await notebook.execute(
					"collectGarbage(); collectGarbage(); process.memoryUsage().heapUsed",
				),
			),
		);
	let cells = 0;
	const execute = async (count: number) => {
		for (const end = cells + count; cells < end; cells++)
			await notebook.engine.execute(`v${cells}`, {
				code: `const v${cells} = ${cells}; v${cells} + 1`,
				executionCount: cells,
			});
	};
	await execute(2_500);
	const before = await bytes();
	await execute(2_500);
	const slope = ((await bytes()) - before) / 2_500;
	assert.ok(slope < 6_000, `${slope} bytes for each cell`);
	assert.ok(
		forgotten.size > 4_900,
		`${forgotten.size} of 5,000 cells are forgotten`,
	);
});

test("a cell that still has a timer or a child is not forgotten: what they print later is its own", async () => {
	const notebook = await openNotebook();
	const timer = await notebook.execute(
		'globalThis.go = Promise.withResolvers(); void go.promise.then(() => setTimeout(() => console.log("from the timer"), 1));',
	);
	await notebook.execute(MEASURE);
	for (let round = 0; round < 3; round++)
		await notebook.execute("collectGarbage(); await new Promise(setImmediate)");
	const printed = notebook.printed(/from the timer/);
	await notebook.execute("go.resolve()");
	await printed;
	assert.equal(textOf(timer), "from the timer\n");
});
