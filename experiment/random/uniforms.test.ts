import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePhilox } from "./philox-wasm.ts";
import { BATCH, fillInJavaScript } from "./uniforms.ts";

for (const [low, high, key0, key1] of [
	[0, 0, 0, 0],
	[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
	// The lower word runs over in the middle.
	[0xfffffff0, 0x13198a2e, 0xa4093822, 0x299f31d0],
	[0x243f6a88, 0x85a308d3, 1, 0x80000000],
] as const)
	test(`WebAssembly gives the bits of JavaScript from block ${low} on`, () => {
		const inWasm = new Float64Array(BATCH);
		const inJavaScript = new Float64Array(BATCH);
		compilePhilox(BATCH)(inWasm, low, high, key0, key1);
		fillInJavaScript(inJavaScript, low, high, key0, key1);
		assert.deepEqual(inWasm, inJavaScript);
		assert.equal(new Set(inWasm).size, BATCH);
	});
