import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import type { CommMessage } from "../../protocol/requests.ts";
import { openNotebook, resultOf } from "../test-notebook.ts";

const { engine, execute } = await openNotebook();
const sent: [parent: string, message: CommMessage][] = [];
engine.on("comm", (parent, message) => sent.push([parent, message]));

const fields = { metadata: {}, buffers: [] };
const opening = (comm_id: string, target_name: string): CommMessage => ({
	type: "comm_open",
	comm_id,
	target_name,
	data: {},
	...fields,
});
const saying = (comm_id: string, data = {}): CommMessage => ({
	type: "comm_msg",
	comm_id,
	data,
	...fields,
});

test("buffers of every kind arrive as they are", async () => {
	sent.length = 0;
	await execute(`new jupyter.Comm("t", { buffers: [
		new Float64Array([0.5]).subarray(0), new DataView(new ArrayBuffer(3), 1, 2),
		new Uint8Array([9, 8, 7]).subarray(1), new ArrayBuffer(0),
	] }); undefined`);
	assert.deepEqual(
		sent[0]?.[1].buffers.map((bytes) => [...bytes]),
		[[0, 0, 0, 0, 0, 0, 224, 63], [0, 0], [8, 7], []],
	);
});

test("a comm that is used wrongly says what would be right", async () => {
	for (const [code, problem] of [
		["new jupyter.Comm()", /needs the name of its target/],
		['new jupyter.Comm("t", { data: [1] })', /data .* must be an object/],
		['new jupyter.Comm("t", { buffers: [[1]] })', /must be typed arrays/],
		['jupyter.registerCommTarget("t", 5)', /needs a function/],
	] as const)
		assert.match(resultOf(await execute(code)), problem);
});

test("a target whose handler fails closes the comm", async () => {
	await execute(
		'jupyter.registerCommTarget("bad", () => { throw new Error("no") }); undefined',
	);
	sent.length = 0;
	await engine.comm("opening", opening("b", "bad"));
	assert.deepEqual(
		sent.map(([parent, { type, comm_id }]) => [parent, type, comm_id]),
		[["opening", "comm_close", "b"]],
	);
});

test("a handler that was ended is not called again", async () => {
	await execute(`let calls = [];
		jupyter.registerCommTarget("two", (comm) => {
			const end = comm.onMessage(() => { calls.push("first"); end(); });
			comm.onMessage(() => calls.push("second"));
		}); undefined`);
	await engine.comm("1", opening("c", "two"));
	await engine.comm("2", saying("c"));
	await engine.comm("3", saying("c"));
	assert.equal(
		resultOf(await execute("calls.join()")),
		"'first,second,second'",
	);
});

test("messages are handled in the order they came", async () => {
	await execute(`let order = "";
		jupyter.registerCommTarget("order", (comm) =>
			comm.onMessage(({ data }) => { order += data.n; })); undefined`);
	await engine.comm("open", opening("o", "order"));
	await Promise.all(
		Array.from({ length: 9 }, (_, n) =>
			engine.comm(`o${n}`, saying("o", { n })),
		),
	);
	assert.equal(resultOf(await execute("order")), "'012345678'");
});

test("a message is forgotten once nothing can come from it any more", async () => {
	await execute(`let ticks;
		jupyter.registerCommTarget("timer", (comm) =>
			comm.onMessage(() => { ticks = setInterval(() => {}, 10); })); undefined`);
	const forgotten: string[] = [];
	engine.on("forgotten", (parent) => forgotten.push(parent));
	await engine.comm("opens", opening("f", "timer"));
	await engine.comm("ticks", saying("f"));
	const collect =
		'require("node:v8").setFlagsFromString("--expose-gc"); require("node:vm").runInNewContext("gc")(); undefined';
	const isForgotten = (name: string) =>
		until(
			() => forgotten.includes(name),
			`the message "${name}" is forgotten when garbage is collected`,
			() => execute(collect),
		);
	await isForgotten("opens");
	assert.ok(!forgotten.includes("ticks"));
	await execute("clearInterval(ticks); ticks = undefined");
	await isForgotten("ticks");
});

test("a message that the engine cannot outlive is settled, and the next cell runs", async () => {
	await execute(
		'jupyter.registerCommTarget("exit", () => process.exit(3)); undefined',
	);
	const exit = once(engine, "exit");
	await engine.comm("exits", opening("x", "exit"));
	await exit;
	assert.equal(resultOf(await execute("1 + 1")), "2");
});
