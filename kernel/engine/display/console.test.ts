import assert from "node:assert/strict";
import { after, test } from "node:test";
import { installConsole } from "./console.ts";

/** What the native method printed; it fails, as inspect may, for objects that are not plain texts. */
const printed: unknown[][] = [];
const native = console.log;
console.log = (...args: unknown[]) => {
	const isJson = String(args[0]).startsWith("%j");
	if (args.some((one) => one instanceof Date || (isJson && one === 1n)))
		throw new Error("not to be printed");
	printed.push(args);
};
installConsole();
after(() => {
	console.log = native;
});

test("beside a value that cannot be printed, all that is no object is printed as it is", () => {
	const values = [
		"%d %i %s %j",
		1n,
		2,
		"x",
		true,
		Symbol("s"),
		null,
		undefined,
	];
	console.log(...values, new Date(0));
	const [args = []] = printed.splice(0);
	assert.deepEqual(args.slice(0, -1), values);
	assert.equal(String(args.at(-1)), "1970-01-01T00:00:00.000Z");
});

test("a BigInt and a symbol have a text where the way to print takes no other", () => {
	console.log("%j", 1n, Symbol("s"), new Date(0));
	const [args = []] = printed.splice(0);
	assert.deepEqual(args.slice(0, -1), ["%j", "1n", "Symbol(s)"]);
});
