import assert from "node:assert/strict";
import { test } from "node:test";
import {
	checkScriptOverrides,
	describeParameters,
} from "./script-parameters.ts";

const RUN = `await dd.run({ task: "points", params: { set: "xor" }, overrides: { model: "narrow" } });`;
const REFUSED = {
	name: "UsageError",
	message: "model=narrow is not available; there is: FC_simple, FC_medium, MLP",
};

test("a model that the code defines, or that somebody's code may define, is left to its run", () => {
	for (const before of [
		`dd.defineModel({ name: "narrow", summary: "s", inputShape: [2], create });`,
		`import "my-models";`,
		`await import("my-models");`,
	]) {
		const code = `${before}\n${RUN}`;
		checkScriptOverrides({ model: "narrow" }, code);
		checkScriptOverrides({ lr: "0.1" }, code);
		assert.match(describeParameters("a.ts", code), /^model .* narrow /m);
	}
});

test("a choice that no code can have defined is refused before anything runs", () => {
	const code = `import * as dd from "deepdiva";\n${RUN}`;
	assert.throws(() => checkScriptOverrides({ model: "narrow" }, code), REFUSED);
	assert.throws(
		() => checkScriptOverrides({ set: "xro" }, `import "my-models";\n${RUN}`),
		{
			message: 'set=xro is not available; did you mean "xor"?',
		},
	);
});

test("what an exported script repeats of a command line stands for what its runs declare", () => {
	const code = `dd.useCommandLine({"overrides":{"lr":"3,4","other":"1"},"vary":["init"]});
await dd.multirun({ params: { lr: [1, 2], units: [5] } }, f);`;
	const page = describeParameters("a.ts", code);
	assert.match(page, /^lr +number, … +3,4 +multirun run$/m);
	assert.match(page, /^units +number, … +5 +multirun run$/m);
	assert.ok(!page.includes("other"));
	checkScriptOverrides({ lr: "7" }, code);
});

test("lists are values of a run and lists of values of a multirun, and members of groups have whole names", () => {
	const code = `await dd.run({ params: { layers: [32, 64], optim: { lr: 0.1 } } }, f);
await dd.multirun({ params: { units: [[1, 2], [3]], lr: [1, 2] } }, f);`;
	const fine: readonly Record<string, string>[] = [
		{ layers: "[8]", "optim.lr": "0.3" },
		{ units: "[1],[2,3]", lr: "range(1,4)" },
	];
	for (const overrides of fine) checkScriptOverrides(overrides, code);
	const refused: readonly [Record<string, string>, RegExp][] = [
		[{ layers: "[8],[9]" }, /several values are for a multirun/],
		[{ layers: "8" }, /parameter layers is a list of number/],
		[{ "optim.rl": "1" }, /"optim\.rl"; did you mean "optim\.lr"\?/],
		[{ lr: "range(1,4" }, /its bracket, "\(", is never closed/],
	];
	for (const [overrides, message] of refused)
		assert.throws(() => checkScriptOverrides(overrides, code), {
			name: "UsageError",
			message,
		});
	const page = describeParameters("a.ts", code);
	assert.match(page, /^layers +\[number,…\] +\[32,64\] +run run$/m);
	assert.match(page, /^optim\.lr +number +0\.1 +run run$/m);
	assert.match(page, /^units +\[number,…\], … +\[1,2\],\[3\] +multirun run$/m);
});
