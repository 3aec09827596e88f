import assert from "node:assert/strict";
import { test } from "node:test";
import { Log } from "./log.ts";

test("of a flood of dropped messages the log has one line a second, and their number", (context) => {
	context.mock.timers.enable({ apis: ["setTimeout"] });
	const written: string[] = [];
	const log = new Log((text) => written.push(text));
	for (let i = 0; i < 413; i++) log.say("A message was dropped.");
	assert.deepEqual(written, ["A message was dropped.\n"]);
	context.mock.timers.tick(1000);
	assert.equal(written[1], "… and 412 more in the last second.\n");
	// Still one line a second while the flood goes on.
	for (let i = 0; i < 10; i++) log.say("A message was dropped.");
	context.mock.timers.tick(1000);
	assert.deepEqual(written.slice(2), ["… and 10 more in the last second.\n"]);
	context.mock.timers.tick(1000);
	log.say("x".repeat(1e6));
	assert.equal(written.at(-1)?.length, 500 + " …\n".length);
});
