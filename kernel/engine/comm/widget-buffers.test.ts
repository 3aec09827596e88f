import assert from "node:assert/strict";
import { test } from "node:test";
import { joinBuffers, separateBuffers } from "./widget-buffers.ts";

test("binary values are taken out of a state: nothing stays under a key, null in a list", () => {
	const points = new Float32Array([1, 2]);
	const given = {
		points,
		rows: [new Uint8Array([3]), 4, { deep: new Uint8Array([5]).buffer }],
		name: "n",
		nothing: null,
	};
	const { state, paths, buffers } = separateBuffers(given);
	assert.deepEqual(state, { rows: [null, 4, {}], name: "n", nothing: null });
	assert.deepEqual(paths, [["points"], ["rows", 0], ["rows", 2, "deep"]]);
	assert.deepEqual(
		buffers.map((bytes) => [...bytes]),
		[[0, 0, 128, 63, 0, 0, 0, 64], [3], [5]],
	);
	assert.equal(given.points, points);
});

test("a state gets its binary values back", () => {
	const { state, paths, buffers } = separateBuffers({
		a: new Uint8Array([1]),
		list: [new Uint8Array([2]), { b: new Uint8Array([3]) }],
	});
	assert.deepEqual(joinBuffers(state, paths, buffers), {
		a: new Uint8Array([1]),
		list: [new Uint8Array([2]), { b: new Uint8Array([3]) }],
	});
});

test("a path that leads nowhere, or through __proto__, changes nothing", () => {
	const joined = joinBuffers(
		{ a: 1 },
		[["a", "b"], ["x", "y"], [], ["__proto__", "polluted"]],
		[1, 2, 3, 4].map((n) => new Uint8Array([n])),
	);
	assert.deepEqual(joined, { a: 1 });
	assert.equal("polluted" in {}, false);
});
