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
