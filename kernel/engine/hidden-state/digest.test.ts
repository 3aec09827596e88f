import assert from "node:assert/strict";
import { test } from "node:test";
import { digestValue, TimeBudget } from "./digest.ts";

test("what is small is known when the time is over, what is large is not", () => {
	const over = new TimeBudget(-1);
	for (const small of [0.1, "text", { lr: [1, 2] }, new Float32Array(9)])
		assert.equal(
			digestValue(small, over),
			digestValue(small, new TimeBudget(1e9)),
		);
	for (const large of [Array(1e4).fill(1), new Uint8Array(1e6)]) {
		assert.equal(digestValue(large, over), undefined);
		assert.match(
			digestValue(large, new TimeBudget(1e9)) ?? "",
			/^[0-9a-f]{16}$/,
		);
	}
});
