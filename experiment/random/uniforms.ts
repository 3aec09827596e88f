import { philox4x32 } from "./philox.ts";
import { compilePhilox, type FillUniforms } from "./philox-wasm.ts";

/** How many doubles a stream computes at a time. */
export const BATCH = 64;

/** The same in JavaScript, for a V8 without WebAssembly (`--jitless`). */
export const fillInJavaScript: FillUniforms = (out, low, high, ...key) => {
	const counter = Uint32Array.of(low, high, 0, 0);
	const words = new Uint32Array(4);
	for (let at = 0; at < out.length; ) {
		philox4x32(counter, key, words);
		for (const i of [0, 2]) {
			const upper = (words[i] as number) >>> 5;
			const lower = (words[i + 1] as number) >>> 6;
			out[at++] = (upper * 0x4000000 + lower) / 0x20000000000000;
		}
		counter[0] = (counter[0] as number) + 1;
		if (counter[0] === 0) counter[1] = (counter[1] as number) + 1;
	}
};

let fill: FillUniforms | undefined;

/** Fills `out`, of length `BATCH`, with the uniforms of the blocks from (high, low) on. */
export const fillUniforms: FillUniforms = (out, low, high, key0, key1) => {
	fill ??=
		typeof WebAssembly === "object" ? compilePhilox(BATCH) : fillInJavaScript;
	fill(out, low, high, key0, key1);
};
