import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
	type ExecutedTestCell,
	openNotebook,
	resultOf,
	textOf,
	withoutColours,
} from "./test-notebook.ts";

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
		"clearOutput(); clearOutput({ wait: true })",
	);
	assert.deepEqual(outputs, [
		{ type: "clear_output", wait: false },
		{ type: "clear_output", wait: true },
	]);
});

suite("what cannot be shown fails the cell:", () => {
	for (const [name, code, message] of [
		[
			"no bundle",
			"display(5, { raw: true })",
			/^TypeError: .*takes a MIME bundle/,
		],
		[
			"a display method that throws",
			'display({ [Symbol.for("Jupyter.display")]() { throw new Error("ugly") } })',
			/^Error: ugly/,
		],
		[
			"one that fails later",
			'display({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") } }); 5',
			/^Error: ugly/,
		],
		[
			"one that failed before the cell's end",
			'display({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") } }); await new Promise((d) => setTimeout(d, 5))',
			/^Error: ugly/,
		],
		[
			"a result's",
			'({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") } })',
			/^Error: ugly/,
		],
	] as const)
		test(name, async () => {
			const cell = await execute(code);
			assert.match(resultOf(cell), message);
			assert.equal(textOf(cell, "stderr"), "");
			assert.equal(resultOf(await execute("1")), "1");
		});
});

test("an update that fails and is not awaited is told in stderr", async () => {
	const cell = await execute(
		'display(1).update({ async [Symbol.for("Jupyter.display")]() { throw new Error("ugly") } }); await new Promise((d) => setTimeout(d, 5))',
	);
	assert.equal(cell.reply.status, "ok");
	assert.match(withoutColours(textOf(cell, "stderr")), /^Error: ugly/);
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
