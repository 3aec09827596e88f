import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../../../training/backend/tf.ts";
import { richBundle } from "./rich.ts";

const PNG = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

test("a buffer that holds a picture is shown as one", () => {
	assert.deepEqual(richBundle(PNG), {
		"image/png": PNG.toString("base64"),
		"text/plain": `image/png, ${PNG.length} bytes`,
	});
	assert.equal(richBundle(Buffer.from("plain text")), undefined);
});

test("a canvas, an element and a chart show themselves by the methods they have", () => {
	assert.deepEqual(
		richBundle({ toDataURL: () => "data:image/png;base64,AA==" }),
		{
			"image/png": "AA==",
		},
	);
	assert.deepEqual(richBundle({ outerHTML: "<b>x</b>" }), {
		"text/html": "<b>x</b>",
	});
	const spec = { $schema: "https://vega.github.io/schema/vega-lite/v5.json" };
	assert.deepEqual(richBundle({ toSpec: () => spec }), {
		"application/vnd.vegalite.v5+json": spec,
	});
	const vega = { $schema: "https://vega.github.io/schema/vega/v5.json" };
	assert.deepEqual(richBundle({ toSpec: () => vega }), {
		"application/vnd.vega.v5+json": vega,
	});
});

test("a tensor shows type, shape and values; a disposed one says so", () => {
	const tensor = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
	assert.match(
		String(richBundle(tensor)?.["text/plain"]),
		/^Tensor float32 \[2, 3\]\n\s*\[\[1, 2, 3\],\s+\[4, 5, 6\]\]/,
	);
	tensor.dispose();
	assert.equal(
		richBundle(tensor)?.["text/plain"],
		"Tensor float32 [2, 3], disposed",
	);
});

test("a list of plain objects is a table, its numbers to the right, its HTML escaped", () => {
	const bundle = richBundle([
		{ name: "<a>", n: 1 },
		{ name: "b", n: 22, extra: [1] },
	]);
	assert.equal(
		bundle?.["text/plain"],
		[
			"   name   n  extra",
			"─  ────  ──  ─────",
			"0  <a>    1",
			"1  b     22  [1]",
		].join("\n"),
	);
	assert.match(
		String(bundle?.["text/html"]),
		/<td style="text-align:left">&lt;a&gt;<\/td>/,
	);
});

test("a long table is cut in the middle and says how long it is", () => {
	const rows = Array.from({ length: 1000 }, (_, i) => ({ i }));
	const lines = String(richBundle(rows)?.["text/plain"]).split("\n");
	assert.equal(lines.length, 2 + 50 + 1 + 1);
	assert.equal(lines.at(-1), "1000 rows");
	assert.match(lines.at(-2) ?? "", /^999 +999$/);
});

test("a large value in a table is shown in short, and not made JSON for it", () => {
	let count = 0;
	const counting = { toJSON: () => ++count };
	const [small, large] = [3, 10_000].map((length) =>
		String(
			richBundle([{ list: Array(length).fill(counting) }])?.["text/plain"],
		),
	);
	assert.match(small ?? "", /\[1,2,3\]/);
	assert.match(large ?? "", /more items/);
	assert.equal(count, 3);
});

test("a value in a table is JSON only where JSON has all of it", () => {
	const cyclic: unknown[] = [];
	cyclic.push(cyclic);
	for (const [value, expected] of [
		[
			{ a: [1, "x", true, null], b: { c: [] } },
			'{"a":[1,"x",true,null],"b":{"c":[]}}',
		],
		[Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
		[new Date(0), '"1970-01-01T00:00:00.000Z"'],
		[{ at: [new Date(0)] }, '{"at":["1970-01-01T00:00:00.000Z"]}'],
		[{ at: new Date(Number.NaN) }, "{ at: Invalid Date }"],
		[new Map([[1, 2]]), "Map(1) { 1 => 2 }"],
		[new Set([1]), "Set(1) { 1 }"],
		[new Error("z"), "Error: z"],
		[new RangeError("z"), "RangeError: z"],
		[/x/, "/x/"],
		[new TypeError(), "TypeError"],
		[new Error("a\n  b"), "Error: a b"],
		[new WeakSet(), "WeakSet { <items unknown> }"],
		[new Float32Array(2), "Float32Array(2) [ 0, 0 ]"],
		[{ u: undefined, n: Number.NaN }, "{ u: undefined, n: NaN }"],
		[[Number.NEGATIVE_INFINITY, 1n], "[ -Infinity, 1n ]"],
		[[new Map()], "[ Map(0) {} ]"],
		[new Array(2), "[ <2 empty items> ]"],
		[{ f() {} }, "{ f: [Function: f] }"],
		[{ s: Symbol("s") }, "{ s: Symbol(s) }"],
		[
			new (class Point {
				x = 1;
			})(),
			"Point { x: 1 }",
		],
		[
			new (class {
				toJSON = () => ({ made: 1 });
			})(),
			'{"made":1}',
		],
		[new Proxy([1], {}), "[ 1 ]"],
		[cyclic, "<ref *1> [ [Circular *1] ]"],
	] as const) {
		const text = String(richBundle([{ value }])?.["text/plain"]);
		assert.equal(text.split("\n")[2]?.replace(/^0 +/, ""), expected);
	}
});

for (const value of [[], [1, 2], [{ a: 1 }, 2], [new Date(0)], "text", null, 3])
	test(`${JSON.stringify(value)} has no form of its own`, () => {
		assert.equal(richBundle(value), undefined);
	});
