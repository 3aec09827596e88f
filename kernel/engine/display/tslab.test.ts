import assert from "node:assert/strict";
import { test } from "node:test";
import { openNotebook } from "../test-notebook.ts";

const { execute } = await openNotebook();

test("a notebook written for tslab shows what it shows there", async () => {
	const { reply, outputs } = await execute(`import * as tslab from "tslab";
import { display, newDisplay } from "tslab";
display.html("<b>bold</b>");
tslab.display.png(new Uint8Array([1, 2, 3]));
display.raw("text/x-mine", "own");
const one = newDisplay();
one.text("first");
one.text("second");`);
	assert.equal(reply.status, "ok");
	assert.deepEqual(
		outputs.map((output) => ("data" in output ? output.data : output.type)),
		[
			{ "text/html": "<b>bold</b>" },
			{ "image/png": "AQID" },
			{ "text/x-mine": "own" },
			{ "text/plain": "first" },
			{ "text/plain": "second" },
		],
	);
	assert.deepEqual(
		outputs.slice(3).map(({ type }) => type),
		["display_data", "update_display_data"],
	);
});

test("the versions name this kernel", async () => {
	const { outputs } = await execute(
		`import { versions } from "tslab"; versions.tslab`,
	);
	assert.match(JSON.stringify(outputs), /deepdiva \d/);
});
