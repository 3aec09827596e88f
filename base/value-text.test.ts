import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { isDrawable, textOf } from "./value-text.ts";

const revoked = () => {
	const { proxy, revoke } = Proxy.revocable({}, {});
	revoke();
	return proxy;
};

const detached = () => {
	const buffer = new ArrayBuffer(8);
	structuredClone(buffer, { transfer: [buffer] });
	return buffer;
};

const nested = (depth: number) => {
	let value: unknown = 1;
	for (let i = 0; i < depth; i++) value = { a: value };
	return value;
};

const fails = () => {
	throw new Error("code of the value was run");
};

const shared = () => {
	let value: unknown = 1;
	// Few enough to end, should somebody draw all of them.
	for (let i = 0; i < 5; i++) value = Array(15).fill(value);
	return value;
};

/** Nearly as long as a text can be: to quote it, or to list its places, is impossible. */
const LONGEST = "x".repeat(5e8);

test("a value of ordinary size is drawn as Node draws it", () => {
	for (const value of [
		{ a: [1, 2, { b: new Map([[1, new Set("ab")]]) }] },
		Array.from({ length: 1000 }, (_, i) => i),
		new Date(0),
		Symbol("s"),
		[1n, -0, Object.assign(new Array(3), { 1: 1 }), null, undefined],
		class A {},
		new Uint8Array(1e6),
		"it's",
	])
		assert.equal(
			textOf(value),
			inspect(value, { depth: 4, maxArrayLength: 100, breakLength: 80 }),
		);
});

suite("there is a text, of bounded length, for", () => {
	const custom = Symbol.for("nodejs.util.inspect.custom");
	for (const [name, value, expected] of [
		["an array of a billion holes", new Array(1e9), /1000000000 empty items/],
		["a billion bytes", new Uint8Array(1e9), /^Uint8Array\(1000000000\)/],
		[
			"a hundred thousand names",
			Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i])),
			/k0: 0,[\s\S]*'…': 99900 more/,
		],
		["an array that holds itself many times over", shared(), /10 more items/],
		["what is nested very deeply", nested(1e5), /\[Object\]/],
		["a text of half a billion characters", LONGEST, /more characters/],
		["such a text as an object", Object(LONGEST) as unknown, /^\[String: 'xxx/],
		["a proxy that was revoked", revoked(), /Revoked/],
		["a buffer that was given away", detached(), /detached/],
		["an invalid date", new Date(Number.NaN), /^Invalid Date$/],
		["half a character", "\ud800", /ud800/],
		[
			"a proxy whose traps throw",
			new Proxy(
				{},
				{ get: fails, ownKeys: fails, getPrototypeOf: fails, has: fails },
			),
			/^\{\}$/,
		],
		["an object whose own drawing throws", { [custom]: fails, a: 1 }, /a: 1/],
		[
			"such an object with a proxy in it",
			{
				[custom]: fails,
				proxy: new Proxy(
					{},
					{ getOwnPropertyDescriptor: fails, ownKeys: fails },
				),
			},
			/proxy: \[Proxy\]/,
		],
		[
			"an object whose own drawing returns something strange",
			{ [custom]: () => ({ [custom]: fails }), a: 1 },
			/a: 1/,
		],
		[
			"an object with getters that throw",
			Object.defineProperties(
				{ a: 1 },
				Object.fromEntries(
					["then", "constructor", "toString", "toJSON"].map((key) => [
						key,
						{ get: fails, enumerable: true },
					]),
				),
			),
			/a: 1[\s\S]*then: \[Getter\]/,
		],
		[
			"a class whose tag throws",
			new (class Odd {
				a = 1;
				get [Symbol.toStringTag](): string {
					return fails();
				}
			})(),
			/Odd/,
		],
		[
			"a class with a strange name",
			new (Object.defineProperty(class {}, "name", { value: 5 }))(),
			/\{\}/,
		],
		[
			"an error whose stack throws",
			Object.defineProperty(new Error("m"), "stack", { get: fails }),
			/Error: m/,
		],
		[
			"a map that says nothing of its size",
			Object.defineProperty(
				new Map(Array.from({ length: 200 }, (_, i) => [i, i])),
				"size",
				{ get: fails },
			),
			/199|more/,
		],
		["a generator", (function* () {})(), /Generator/],
	] as const)
		test(name, () => {
			const text = textOf(value);
			assert.match(text, expected);
			assert.ok(text.length < 201_000, `${text.length} characters`);
		});
});

test("of a long list of wide objects a few are shown rather than none", () => {
	const wide = Object.fromEntries(
		Array.from({ length: 300 }, (_, j) => [`c${j}`, j]),
	);
	const list = Array.from({ length: 100 }, () => ({ ...wide }));
	for (const [value, options, rest] of [
		[list, {}, 80],
		[list, { depth: 2 }, 80],
		[list, { depth: null, maxArrayLength: null }, 80],
		[new Set(list), {}, 80],
		[new Map(list.map((row, i) => [i, row])), {}, 80],
		[{ rows: list.map((row) => [row, row, { ...row, row }]) }, {}, 95],
	] as const) {
		const text = textOf(value, options);
		assert.match(text, /c299: 299/);
		assert.ok(text.includes(`... ${rest} more items`), text.slice(-100));
		assert.doesNotMatch(text, /\[Object\]/);
	}
});

test("how much is looked at does not grow with the value", () => {
	const reads = (length: number) => {
		let count = 0;
		const watched = new Proxy(Array(length).fill(0) as number[], {
			get(target, key) {
				count++;
				return Reflect.get(target, key) as unknown;
			},
			getOwnPropertyDescriptor(target, key) {
				count++;
				return Reflect.getOwnPropertyDescriptor(target, key);
			},
		});
		textOf([watched]);
		return count;
	};
	assert.equal(reads(1_000), reads(100_000));
});

test("what is drawable holds few values, however they are spread", () => {
	assert.ok(isDrawable({ a: [1, 2, 3] }));
	assert.ok(isDrawable(Array.from({ length: 1e6 }, (_, i) => i)));
	assert.ok(!isDrawable(shared(), { depth: 4 }));
	assert.ok(!isDrawable(nested(1e5), { depth: null }));
});

test("a long text is cut between two letters, and what is said to be left is what is left", () => {
	const family = "👩‍👩‍👧";
	const text = textOf(family.repeat(100_000), { maxStringLength: null });
	const [, kept = "", left] =
		/^'(.*)… (\d+) more characters$/u.exec(text) ?? [];
	assert.equal(kept.replaceAll(family, ""), "");
	// The closing quote is one of those that are left.
	assert.equal(kept.length + Number(left), family.length * 100_000 + 1);
});
