import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../../experiment/random/stream.ts";
import { type Lifetime, plan } from "./memory-plan.ts";

const lifetime = (bytes: number, first: number, last: number): Lifetime => ({
	bytes,
	first,
	last,
});

test("what is needed one after the other has one place", () => {
	const { offsets, bytes } = plan(
		new Map([
			["a", lifetime(100, 0, 1)],
			["b", lifetime(100, 1, 2)],
			["c", lifetime(60, 2, 3)],
			["d", lifetime(64, 2, 3)],
		]),
	);
	assert.deepEqual(
		[...offsets],
		[
			["a", 0],
			["b", 128],
			["c", 0],
			["d", 64],
		],
	);
	assert.equal(bytes, 256);
});

test("nothing lies where something else is needed at the same time, and most of the memory is used again", () => {
	const { next } = openStream("executor", "plan");
	const lifetimes = new Map(
		Array.from({ length: 500 }, (_, name) => {
			const first = Math.floor(next() * 1000);
			const last = first + Math.floor(next() * 20);
			return [name, lifetime(1 + Math.floor(next() * 5000), first, last)];
		}),
	);
	const { offsets, bytes } = plan(lifetimes);
	const entries = [...lifetimes].map(([name, own]) => ({
		...own,
		at: offsets.get(name) as number,
	}));
	for (const [k, a] of entries.entries()) {
		assert.ok(a.at % 64 === 0 && a.at + a.bytes <= bytes);
		for (const b of entries.slice(k + 1))
			assert.ok(
				a.last < b.first ||
					b.last < a.first ||
					a.at + a.bytes <= b.at ||
					b.at + b.bytes <= a.at,
			);
	}
	const all = entries.reduce((sum, own) => sum + own.bytes, 0);
	assert.ok(bytes < all / 10, `${bytes} of ${all}`);
});
