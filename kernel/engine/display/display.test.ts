import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { listRuns, readRun } from "../../../experiment/record/store/store.ts";
import {
	type ExecutedTestCell,
	openNotebook,
	resultOf,
	textOf,
	withoutColours,
} from "../test-notebook.ts";

const notebook = await openNotebook();
const { execute } = notebook;

const shown = ({ outputs }: ExecutedTestCell) =>
	outputs.map((output) =>
		"data" in output ? [output.type, output.data] : output.type,
	);

const picture =
	'({ data: { "text/plain": "picture", "image/png": "AAAA" }, metadata: { "image/png": { width: 5 } } })';

suite("display shows", () => {
	for (const [name, code, data] of [
		[
			"a value as its text",
			"display({ a: [1, 2] })",
			{ "text/plain": "{ a: [ 1, 2 ] }" },
		],
		["undefined and null", "display(undefined)", { "text/plain": "undefined" }],
		[
			"a bundle as it is",
			'display({ "text/html": "<b>b</b>", "text/plain": "b" }, { raw: true })',
			{ "text/html": "<b>b</b>", "text/plain": "b" },
		],
		[
			"what looks like a bundle, but was not given as one, as text",
			'display({ "text/html": "<b>" })',
			{ "text/plain": "{ 'text/html': '<b>' }" },
		],
		[
			"a picture",
			`display(${picture})`,
			{ "text/plain": "picture", "image/png": "AAAA" },
		],
		[
			"what an object says it looks like",
			'display({ [Symbol.for("Jupyter.display")]() { return { "text/html": "<i>" + this.v + "</i>" } }, v: 1 })',
			/<i>1<\/i>/,
		],
		[
			"what a class says asynchronously",
			'class Slow { async [Symbol.for("Jupyter.display")]() { await new Promise((d) => setTimeout(d, 5)); return { "text/plain": "slow" } } } display(new Slow())',
			{ "text/plain": "slow" },
		],
		[
			"JSON data unpacked",
			'display({ "application/json": { a: 1 }, "text/plain": "" }, { raw: true })',
			{ "application/json": { a: 1 }, "text/plain": "" },
		],
		[
			"an object whose display says nothing",
			'display({ [Symbol.for("Jupyter.display")]() {} , w: 1 })',
			/w: 1/,
		],
	] as const)
		test(name, async () => {
			const cell = await execute(`${code};`);
			assert.equal(cell.reply.status, "ok");
			const [output] = cell.outputs;
			assert.ok(output?.type === "display_data");
			if (data instanceof RegExp)
				assert.match(JSON.stringify(output.data), data);
			else assert.deepEqual(output.data, data);
			assert.ok(output.transient.display_id);
		});
});

test("a result is shown by the same rules, with its metadata", async () => {
	const cell = await execute(picture);
	assert.deepEqual(cell.outputs, [
		{
			type: "execute_result",
			data: { "text/plain": "picture", "image/png": "AAAA" },
			metadata: { "image/png": { width: 5 } },
			transient: {},
		},
	]);
});

test("a display is updated in its place, from the same or a later cell, in order", async () => {
	const first = await execute(
		'const handle = display(1); handle.update(2); console.log("between"); await handle.update(3);',
	);
	assert.deepEqual(shown(first), [
		["display_data", { "text/plain": "1" }],
		["update_display_data", { "text/plain": "2" }],
		"stream",
		["update_display_data", { "text/plain": "3" }],
	]);
	const ids = first.outputs.flatMap((output) =>
		"transient" in output ? [output.transient.display_id] : [],
	);
	assert.equal(new Set(ids).size, 1);
	const second = await execute("handle.update(4);");
	assert.deepEqual(shown(second), [
		["update_display_data", { "text/plain": "4" }],
	]);
	assert.ok(
		second.outputs[0]?.type === "update_display_data" &&
			second.outputs[0].transient.display_id === ids[0],
	);
});

test("updates wait for a slow display before them", async () => {
	const cell = await execute(`
		const slowly = (text, ms) => ({ async [Symbol.for("Jupyter.display")]() { await new Promise((d) => setTimeout(d, ms)); return { "text/plain": text } } });
		const ordered = display(slowly("first", 20));
		ordered.update(slowly("second", 1));
		ordered.update("third");`);
	assert.deepEqual(shown(cell), [
		["display_data", { "text/plain": "first" }],
		["update_display_data", { "text/plain": "second" }],
		["update_display_data", { "text/plain": "'third'" }],
	]);
});

test("a display can be given its name", async () => {
	const { outputs } = await execute('display(1, { displayId: "mine" }).id');
	assert.ok(outputs[0]?.type === "display_data");
	assert.deepEqual(outputs[0].transient, { display_id: "mine" });
});

test("outputs can be cleared, at once or with the next one", async () => {
	const { outputs } = await execute(
		"clearOutput(); clearOutput(false); clearOutput({}); clearOutput(true); clearOutput({ wait: true })",
	);
	assert.deepEqual(
		outputs.map((output) => output.type === "clear_output" && output.wait),
		[false, false, false, true, true],
	);
});

test("a place in the output has its name by IPython's spelling too, and is updated by it", async () => {
	const { outputs } = await execute(`
		display(1, { display_id: "named" });
		display(2, { display_id: "named", update: true, metadata: { "text/plain": { a: 1 } } });
		display(3, { display_id: true });
		[4, 5].forEach(display);`);
	const places = outputs.map((output) =>
		"data" in output
			? [
					output.type,
					output.data["text/plain"],
					output.transient.display_id === "named",
					output.metadata,
				]
			: [],
	);
	assert.deepEqual(places, [
		["display_data", "1", true, {}],
		["update_display_data", "2", true, { "text/plain": { a: 1 } }],
		["display_data", "3", false, {}],
		["display_data", "4", false, {}],
		["display_data", "5", false, {}],
	]);
});

suite("an option that is not there says what to write:", () => {
	for (const [code, message] of [
		[
			'display(1, { displayID: "a" })',
			/no option "displayID"; did you mean displayId\?/,
		],
		[
			"display(1, { wait: true })",
			/no option "wait".* \(it has displayId, display_id, update, raw, metadata\)/,
		],
		['display(1, "a")', /write.*|display\(x, \{ displayId: "a" \}\)/],
		["display(1, 2)", /display shows one value, and 2 is no options/],
		["display(1, { display_id: 5 })", /the display id is a text, .* not 5/],
		[
			"display(1, { update: true })",
			/update needs the name of what it replaces/,
		],
		["display(1, { raw: 1 })", /raw is true or false, not 1/],
		["display(1, { metadata: 5 })", /metadata is an object/],
		["clearOutput({ waits: true })", /no option "waits"; did you mean wait\?/],
		["clearOutput({ wait: 1 })", /wait is true or false, not 1/],
		[
			'clearOutput("wait")',
			/clearOutput takes true, or \{ wait: true \}, not 'wait'/,
		],
	] as const)
		test(code, async () => {
			const cell = await execute(code);
			assert.match(resultOf(cell), /^UsageError: /);
			assert.match(resultOf(cell), message);
			assert.deepEqual(
				cell.outputs.filter(({ type }) => type !== "error"),
				[],
			);
		});
});

test("a display that was given no bundle fails the cell", async () => {
	const cell = await execute("display(5, { raw: true })");
	assert.match(resultOf(cell), /^TypeError: .*takes a MIME bundle/);
});

suite("what fails to show itself is shown as text, and why is told:", () => {
	for (const [name, code, why] of [
		[
			"a display method that throws",
			'display({ [Symbol.for("Jupyter.display")]() { throw new Error("ugly") }, a: 1 })',
			/Error: ugly\n {2}at .*In \[\d+\], line 1, column 53/,
		],
		[
			"one that fails later",
			'display({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") }, a: 1 }); 5',
			/Error: ugly/,
		],
		[
			"a result's",
			'({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") }, a: 1 })',
			/Error: ugly/,
		],
		[
			"an update's",
			'display(0).update({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") }, a: 1 })',
			/Error: ugly/,
		],
		[
			"one that returns no bundle",
			'display({ [Symbol.for("Jupyter.display")]: () => 5, a: 1 })',
			/must return a MIME bundle, .* not 5/,
		],
		[
			"HTML that is no text",
			'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": {} }), a: 1 })',
			/text\/html of the value is not shown: it must be a text/,
		],
		[
			"what is no JSON",
			'const loop: any = {}; loop.loop = loop; display({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": loop }), a: 1 })',
			/application\/json of the value is not shown: .*circular/,
		],
		[
			"what is too long for a message",
			'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "\\0".repeat(9e7) }), a: 1 })',
			/text\/html of the value is not shown: its 90000000 characters are too many/,
		],
		[
			"a chart that cannot be made",
			'display({ toSpec() { throw new Error("ugly") }, a: 1 })',
			/Error: ugly/,
		],
	] as const)
		test(name, async () => {
			const cell = await execute(code);
			assert.equal(cell.reply.status, "ok");
			assert.match(JSON.stringify(shown(cell)), /a: 1/);
			assert.match(withoutColours(textOf(cell, "stderr")), why);
		});
});

test("a chart of numbers that JSON does not have is drawn", async () => {
	const { outputs } = await execute(
		"display({ toSpec: () => ({ data: { values: [{ id: 5n, big: 2n ** 60n }] } }) })",
	);
	assert.ok(outputs[0]?.type === "display_data");
	assert.deepEqual(outputs[0].data["application/vnd.vegalite.v5+json"], {
		data: { values: [{ id: 5, big: String(2n ** 60n) }] },
	});
});

test("a silent cell shows no result, but what it displays", async () => {
	const { outputs } = await notebook.execute("display(1); 2", { silent: true });
	assert.deepEqual(
		outputs.map(({ type }) => type),
		["display_data"],
	);
});

test("user expressions are evaluated after the cell, each for itself", async () => {
	const { reply } = await notebook.execute("const ue = 1", {
		userExpressions: {
			sum: "ue + 1",
			later: "await Promise.resolve({ a: 1 })",
			bad: "nowhere.x",
			wrong: "1 +",
		},
	});
	assert.ok(reply.status === "ok");
	const { sum, later, bad, wrong } = reply.userExpressions;
	assert.deepEqual(sum, {
		status: "ok",
		data: { "text/plain": "2" },
		metadata: {},
	});
	assert.ok(later?.status === "ok" && later.data["text/plain"] === "{ a: 1 }");
	assert.ok(bad?.status === "error" && bad.ename === "ReferenceError");
	assert.ok(wrong?.status === "error" && wrong.ename === "SyntaxError");
});

test("long and deep values are shown in short", async () => {
	const text = resultOf(
		await execute("Array.from({ length: 100_000 }, (_, i) => i)"),
	);
	assert.ok(text.length < 2000);
	assert.match(text, /more items/);
});

test("a display as the last statement of a cell shows its value once", async () => {
	const { outputs } = await execute("display({ x: 1 })");
	assert.deepEqual(
		outputs.map(({ type }) => type),
		["display_data"],
	);
});

test("a run is shown, and its replay, which nobody sees, computes the same and shows nothing", async () => {
	const code = "%dd run seen\ndd.log({ x: Math.random() });";
	const cwd = temporaryFolder();
	const first = await openNotebook({ cwd, rootSeed: "3" });
	const told = await first.execute(code);
	// The line of the run, and its metrics.
	assert.deepEqual(
		[...new Set(told.outputs.map(({ type }) => type))],
		["display_data", "update_display_data"],
	);
	const [{ record } = assert.fail()] = listRuns(join(cwd, "runs")).runs;
	const directory = temporaryFolder();
	const again = await openNotebook({
		rootSeed: "3",
		replay: {
			identity: record.identity,
			occurrence: record.occurrence,
			format: 2,
			earlierCells: 0,
			directory,
		},
	});
	assert.deepEqual((await again.execute(code)).outputs, []);
	assert.equal(readRun(directory).record.digest, record.digest);
});
