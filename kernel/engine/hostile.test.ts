import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

const notebook = await openNotebook();

/** What hangs is ended here. */
const bounded = { timeout: 120_000 };

const setUp = await notebook.execute(`
	const revoked = Proxy.revocable({}, {}); revoked.revoke();
	const fails = () => { throw new Error("code of the value") };
	const trapped = new Proxy({}, { get: fails, has: fails, ownKeys: fails, getPrototypeOf: fails, getOwnPropertyDescriptor: fails });
	const custom = { [Symbol.for("nodejs.util.inspect.custom")]: fails, a: 1 };
	const circular: any = { x: 1 }; circular.self = circular;
	const hole = new Array(1e9);
	const given = new ArrayBuffer(8); structuredClone(given, { transfer: [given] });
	let shared: any = 1; for (let i = 0; i < 5; i++) shared = Array(15).fill(shared);
	let deep: any = 1; for (let i = 0; i < 1e5; i++) deep = { a: deep };
	const hostile = [revoked.proxy, trapped, custom, circular, hole, given, shared, deep, 1n, Symbol("s"), new Date(NaN),
		{ get then() { return fails() } }, { toString: fails, toJSON: fails, [Symbol.toPrimitive]: fails },
		{ get [Symbol.toStringTag]() { return fails() } }, { get toSpec() { return fails() }, get outerHTML() { return fails() }, get data() { return fails() } }];
	0`);
assert.equal(setUp.reply.status, "ok");

suite("the cell goes on, whatever it ends with:", bounded, () => {
	for (const [code, expected] of [
		["[{ a: { b: 1n } }]", /\{ b: 1n \}/],
		["[circular]", /Circular/],
		["[{ a: circular }]", /Circular/],
		["[{ a: revoked.proxy, b: hole, c: 'x'.repeat(1e7) }]", /empty items/],
		["hole", /1000000000 empty items/],
		["[trapped, revoked.proxy]", /Revoked/],
		["revoked.proxy", /Revoked/],
		["custom", /a: 1/],
		["shared", /10 more items/],
		["deep", /\[Object\]/],
		["({ then() { return fails() } })", /then/],
		["({ get then() { return fails() } })", /then: \[Getter\]/],
		["await 0; ({ then() { return fails() } })", /then/],
		["Promise.resolve(custom)", /a: 1/],
		["hostile", /more items|Invalid Date/],
		["for (const value of hostile) display([{ value }]); 1", /^1$/],
		["hostile.forEach(display); 2", /^2$/],
		["hostile.map((value) => console.log(value)).length", /^15$/],
	] as const)
		test(code, async () => {
			const cell = await notebook.execute(code);
			assert.equal(resultOf(cell).match(expected)?.length, 1, resultOf(cell));
			assert.equal(textOf(cell, "stderr"), "");
		});
});

test("a query that is run by its then is awaited, and its failure is the cell's", async () => {
	const query = "({ then(done: any, failed: any) { setTimeout(VERDICT, 1) } })";
	const ask = async (verdict: string) =>
		resultOf(await notebook.execute(query.replace("VERDICT", verdict)));
	assert.equal(await ask("() => done(5)"), "5");
	assert.equal(
		await ask("() => failed(new Error('refused'))"),
		"Error: refused",
	);
});

test("every way to print takes every value", bounded, async () => {
	const cell = await notebook.execute(`
		for (const way of ["log", "info", "debug", "warn", "error", "trace", "dir", "dirxml", "table", "group", "count", "time"])
			for (const value of hostile) (console as any)[way](value);
		for (const value of hostile) {
			console.assert(false, value);
			for (const format of ["%s", "%d", "%i", "%f", "%j", "%o", "%O", "%c"]) console.log(format, value);
			console.table([{ value }]);
			console.table({ value });
			console.dir(value, { depth: null, maxArrayLength: null });
			for (let i = 0; i < 20; i++) console.groupEnd();
		}
		console.table(Array(1e6).fill(7));
		"the end"`);
	assert.equal(resultOf(cell), "'the end'");
	assert.match(textOf(cell), /… 999000 more rows/);
	// Most of it is what console.dir was asked to print in full.
	assert.ok(textOf(cell).length < 20_000_000, `${textOf(cell).length}`);
});

suite("anything can be thrown:", bounded, () => {
	for (const [code, expected] of [
		["throw revoked.proxy", /^Uncaught: <Revoked Proxy>/],
		["await Promise.reject(revoked.proxy)", /^Uncaught: <Revoked Proxy>/],
		["throw trapped", /^Uncaught: /],
		["throw custom", /^Uncaught: [\s\S]*a: 1/],
		["throw hole", /^Uncaught: \[ <1000000000 empty/],
		["throw 'x'.repeat(5e8)", /^Uncaught: x+… \d+ more characters$/],
		["throw new Error('x'.repeat(1e8))", /^Error: x+… \d+ more characters$/],
		["throw { get message() { return fails() }, stack: 1, name: 2 }", /^2: $/],
		[
			"throw Object.assign(new Error('m'), { cause: revoked.proxy, errors: hostile })",
			/^Error: m$/,
		],
		["%dd run hostile\nthrow revoked.proxy", /^Uncaught: <Revoked Proxy>/],
	] as const)
		test(code, async () => {
			assert.match(resultOf(await notebook.execute(code)), expected);
		});
});

test("of many errors in one, ten are shown", bounded, async () => {
	const { reply } = await notebook.execute(
		"throw new AggregateError(Array.from({ length: 10_000 }, (_, i) => new Error('e' + i)), 'many')",
	);
	assert.ok(reply.status === "error");
	assert.match(reply.traceback.join("\n"), /e9[\s\S]*… and 9990 more errors$/);
	assert.ok(!reply.traceback.join("\n").includes("e10"));
});

test("a promise that fails with such a value is told, and the cell goes on", async () => {
	const cell = await notebook.execute(
		"Promise.reject(revoked.proxy); setTimeout(() => { throw revoked.proxy }, 1); await new Promise((done) => setTimeout(done, 20)); 4",
	);
	assert.equal(resultOf(cell), "4");
	assert.equal(textOf(cell, "stderr").match(/Revoked Proxy/g)?.length, 2);
});

test(
	"%who lists such values, and a run among them is recorded",
	bounded,
	async () => {
		const who = await notebook.execute("%who");
		assert.match(textOf(who), /hole +Array +\[ <1000000000 empty items> \]/);
		const run = await notebook.execute(
			"%dd run among\nconst seen = [given, trapped, hole]; dd.log({ a: 1 }); seen.length",
		);
		assert.equal(run.reply.status, "ok");
	},
);

suite("an interrupt ends what never returns, and nothing is lost, in", () => {
	for (const [name, code] of [
		["a tag", "({ get [Symbol.toStringTag]() { for (;;); } })"],
		["a cell of a table", "[{ get a() { for (;;); } }]"],
		["a then", "({ then() { for (;;); } })"],
		[
			"a display method",
			'({ [Symbol.for("Jupyter.display")]() { for (;;); } })',
		],
		[
			"the message of an error that no code of the cell has thrown",
			'require("node:fs/promises").readFile("none").catch(() => Promise.reject({ get message() { for (;;); }, stack: 1, name: 1 }))',
		],
		[
			"the message of an error",
			"await 0; throw { get message() { for (;;); }, stack: 1, name: 1 }",
		],
	] as const)
		test(name, bounded, async () => {
			const cell = notebook.execute(
				`process.stderr.write("begun"); const kept = ${JSON.stringify(name)};\n${code}`,
			);
			await notebook.printed(/begun/);
			// Once it spins: the interrupt is repeated until the cell has ended.
			const repeat = setInterval(() => notebook.engine.interrupt(), 300);
			const { reply } = await cell.finally(() => clearInterval(repeat));
			assert.ok(reply.status === "error");
			assert.equal(reply.ename, "KeyboardInterrupt");
			assert.equal(resultOf(await notebook.execute("kept")), `'${name}'`);
		});
});
