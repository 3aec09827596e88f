import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, digestOf, sha256 } from "./canonical.ts";

test("canonical JSON is what RFC 8785 shows in its examples", () => {
	const literals = {
		numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 1e-27],
		string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
		literals: [null, true, false],
	};
	assert.equal(
		canonicalJson(literals),
		'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
	);
	const names = {
		"\u20ac": "Euro Sign",
		"\r": "Carriage Return",
		"\ufb33": "Hebrew Letter Dalet With Dagesh",
		"1": "One",
		"\ud83d\ude00": "Emoji: Grinning Face",
		"\u0080": "Control",
		"\u00f6": "Latin Small Letter O With Diaeresis",
	};
	assert.deepEqual(
		Object.values(JSON.parse(canonicalJson(names)) as object).sort(),
		Object.values(names).sort(),
	);
	assert.deepEqual(
		[...canonicalJson(names).matchAll(/:"([^"]*)"/g)].map(([, name]) => name),
		[
			"Carriage Return",
			"One",
			"Control",
			"Latin Small Letter O With Diaeresis",
			"Euro Sign",
			"Emoji: Grinning Face",
			"Hebrew Letter Dalet With Dagesh",
		],
	);
});

/** Appendix B of RFC 8785, without what JSON cannot hold. */
const numbers: [bits: string, text: string][] = [
	["0000000000000000", "0"],
	["0000000000000001", "5e-324"],
	["8000000000000001", "-5e-324"],
	["7fefffffffffffff", "1.7976931348623157e+308"],
	["ffefffffffffffff", "-1.7976931348623157e+308"],
	["4340000000000000", "9007199254740992"],
	["c340000000000000", "-9007199254740992"],
	["4430000000000000", "295147905179352830000"],
	["44b52d02c7e14af5", "9.999999999999997e+22"],
	["44b52d02c7e14af6", "1e+23"],
	["44b52d02c7e14af7", "1.0000000000000001e+23"],
	["444b1ae4d6e2ef4e", "999999999999999700000"],
	["444b1ae4d6e2ef4f", "999999999999999900000"],
	["444b1ae4d6e2ef50", "1e+21"],
	["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
	["3eb0c6f7a0b5ed8d", "0.000001"],
	["41b3de4355555553", "333333333.3333332"],
	["41b3de4355555554", "333333333.33333325"],
	["41b3de4355555555", "333333333.3333333"],
	["41b3de4355555556", "333333333.3333334"],
	["41b3de4355555557", "333333333.33333343"],
	["becbf647612f3696", "-0.0000033333333333333333"],
	["43143ff3c1cb0959", "1424953923781206.2"],
];

for (const [bits, text] of numbers)
	test(`the number with the bits ${bits} is ${text}, as RFC 8785 lists it`, () => {
		assert.equal(canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), text);
	});

const cases: [string, unknown, string][] = [
	["NaN", Number.NaN, '"@NaN"'],
	["infinities", [1 / 0, -1 / 0], '["@Infinity","@-Infinity"]'],
	["minus zero", [-0, 0], '["@-0",0]'],
	["a big integer", 12n, '"@12n"'],
	[
		"a text that looks like a tag",
		["@NaN", "@@-0", "@alice"],
		'["@@NaN","@@@-0","@alice"]',
	],
	["undefined", { a: undefined, b: [undefined] }, '{"b":[null]}'],
	["a list with holes", new Array(2), "[null,null]"],
	[
		"keys in any order",
		{ b: 1, a: { d: 2, c: 3 } },
		'{"a":{"c":3,"d":2},"b":1}',
	],
	[
		"a map",
		new Map<unknown, unknown>([
			["b", 1],
			[2, "x"],
		]),
		'{"2":"x","b":1}',
	],
	["a set", new Set([2, 1]), "[2,1]"],
	["a typed array", Float32Array.of(0.5, -0), '[0.5,"@-0"]'],
	["long integers", BigInt64Array.of(-3n), '["@-3n"]'],
	["a buffer", Buffer.from([1, 2]), "[1,2]"],
	["an array buffer", Uint8Array.of(7).buffer, "[7]"],
	[
		"a view of an array buffer",
		new DataView(Uint8Array.of(7, 8).buffer, 1),
		"[8]",
	],
	["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
	["a boxed number", Object(3), "3"],
	[
		"an object without a prototype",
		Object.assign(Object.create(null), { a: 1 }),
		'{"a":1}',
	],
	[
		"the same object twice",
		((one) => [one, one])({ a: 1 }),
		'[{"a":1},{"a":1}]',
	],
];

for (const [name, value, expected] of cases)
	test(`canonical JSON holds ${name}`, () => {
		assert.equal(canonicalJson(value), expected);
	});

const cycle: Record<string, unknown> = {};
cycle.self = [cycle];
const refused: [string, unknown, RegExp][] = [
	["a function", { f: () => 1 }, /a function cannot be recorded \(at f\)/],
	["a symbol", [Symbol("s")], /a symbol cannot be recorded \(at 0\)/],
	[
		"a promise",
		{ a: [Promise.resolve(1)] },
		/a promise \(await it first\).*\(at a\.0\)/,
	],
	["an error", new RangeError("x"), /a RangeError/],
	["a cycle", cycle, /holds itself cannot be recorded \(at self\.0\)/],
	[
		"two keys of one name",
		new Map<unknown, number>([
			[1, 1],
			["1", 2],
		]),
		/the key 1 twice/,
	],
	["objects as keys", new Map([[{}, 1]]), /objects as keys/],
	["a weak map", new WeakMap(), /a weak collection/],
	["half of a character", ["\ud83d"], /half of a character .*\(at 0\)/],
	["half of a character in a name", { "\udead": 1 }, /a name with half/],
];

for (const [name, value, message] of refused)
	test(`canonical JSON refuses ${name} instead of losing it`, () => {
		assert.throws(() => canonicalJson(value), { name: "TypeError", message });
	});

test("equal values have equal digests, whatever the order of their keys", () => {
	assert.equal(digestOf({ a: 1, b: 2 }), digestOf({ b: 2, a: 1 }));
	assert.notEqual(digestOf([0]), digestOf([-0]));
	assert.notEqual(digestOf(Number.NaN), digestOf("@NaN"));
	assert.equal(
		sha256(""),
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	);
	assert.equal(sha256("ü"), sha256(Buffer.from("ü", "utf8")));
});

test("a set is a list, whatever a library adds to all sets", () => {
	const prototype = Set.prototype as { toJSON?: () => string };
	prototype.toJSON = () => "a set";
	try {
		assert.equal(canonicalJson({ a: new Set([2, 1]) }), '{"a":[2,1]}');
	} finally {
		delete prototype.toJSON;
	}
});
