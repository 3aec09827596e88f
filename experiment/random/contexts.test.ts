import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import vm, { createContext, runInNewContext, Script } from "node:vm";
import { installRandom } from "./install.ts";
import { withStreams } from "./scope.ts";
import { openStream, StreamSet } from "./stream.ts";

installRandom();

const required: typeof vm = createRequire(import.meta.url)("node:vm");
const expected = openStream("1", "main").next();
const under = <T>(body: () => T) => withStreams(new StreamSet("1"), body);

for (const [way, draw] of [
	["vm.createContext", () => vm.runInContext("Math.random()", createContext())],
	[
		"vm.createContext of an object",
		() => vm.runInContext("Math.random()", createContext({ a: 1 })),
	],
	[
		"vm.createContext without a contextified object",
		() =>
			vm.runInContext(
				"Math.random()",
				createContext(vm.constants.DONT_CONTEXTIFY),
			),
	],
	["vm.runInNewContext", () => runInNewContext("Math.random()")],
	[
		"vm.runInNewContext of require",
		() => required.runInNewContext("Math.random()", {}, "file.js"),
	],
	[
		"Script.runInNewContext",
		() => new Script("Math.random()").runInNewContext({}),
	],
] as const)
	test(`Math.random of a context by ${way} follows the streams`, () => {
		assert.equal(under(draw), expected);
	});

test("a context draws from the streams of who calls, not of who made it", () => {
	const context = createContext();
	const draw = vm.runInContext("() => Math.random()", context) as () => number;
	assert.equal(under(draw), expected);
	assert.equal(under(draw), expected);
});

test("a function kept inside a context follows the streams", () => {
	const context = createContext();
	vm.runInContext("const kept = Math.random;", context);
	assert.equal(
		under(() => vm.runInContext("kept()", context)),
		expected,
	);
});

test("options of a context hold, and its globals are those it was given", () => {
	const object = { n: 2 };
	assert.equal(runInNewContext("n + 1", object), 3);
	assert.throws(
		() =>
			runInNewContext("eval('1')", object && {}, {
				contextCodeGeneration: { strings: false, wasm: false },
			}),
		/Code generation from strings disallowed/,
	);
	const context = createContext(object);
	assert.equal(context, object);
	vm.runInContext("Math.random = () => 7", context);
	// Used again, it keeps what its own code has set.
	assert.equal(runInNewContext("Math.random()", context), 7);
	assert.throws(
		() => createContext("no" as never),
		/ERR_INVALID_ARG_TYPE|type/,
	);
});

test("every option of a new context reaches it", () => {
	const object = { settled: false };
	const code = "Promise.resolve().then(() => { settled = true; }); 0";
	runInNewContext(code, object);
	assert.equal(object.settled, false);
	const fresh = { settled: false };
	new Script(code).runInNewContext(fresh, { microtaskMode: "afterEvaluate" });
	assert.equal(fresh.settled, true);
	assert.throws(
		() => runInNewContext("0", {}, { microtaskMode: "sometimes" as never }),
		{ code: "ERR_INVALID_ARG_VALUE" },
	);
	for (const options of [{ contextName: 7 }, { contextOrigin: 7 }])
		assert.throws(() => runInNewContext("0", {}, options as never), {
			code: "ERR_INVALID_ARG_TYPE",
		});
});
