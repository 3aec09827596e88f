import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "./stream.ts";
import { createTally } from "./tally.ts";

test("a tally adds up what was drawn over all openings of a stream, and leaves out those that gave nothing", () => {
	const tally = createTally();
	const drawn = (name: string, count: number) => {
		const stream = openStream("1", name);
		tally.add(name, stream);
		for (let k = 0; k < count; k++) stream.next();
		return stream;
	};
	drawn("b", 2);
	drawn("nothing", 0);
	drawn("a", 1);
	drawn("b", 3);
	drawn("b", 0);
	const last = drawn("b", 4);
	assert.deepEqual(tally.draws(), { b: 9, a: 1 });
	assert.deepEqual(Object.keys(tally.draws()), ["b", "a"]);
	// One that is open still counts.
	last.next();
	assert.equal(tally.draws().b, 10);
});
