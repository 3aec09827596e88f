import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type StrictFunctions, strictFunctions } from "./functions.ts";
import { argumentsOf } from "./test-arguments.ts";
import { errorInUlps, reference } from "./test-reference.ts";

const functions = strictFunctions();
const names = Object.keys(reference).sort() as (keyof StrictFunctions)[];
const call = (name: keyof StrictFunctions, a: number, b: number): number =>
	(functions[name] as (a: number, b: number) => number)(a, b);

const view = new DataView(new ArrayBuffer(8));
function bitsOf(x: number): string {
	view.setFloat64(0, Number.isNaN(x) ? Number.NaN : x);
	return view.getBigUint64(0).toString(16).padStart(16, "0");
}

test("every function of Math that the language leaves to the engine is there", () => {
	const exact =
		/^(abs|ceil|clz32|f16round|floor|fround|imul|max|min|random|round|sign|sqrt|sumPrecise|trunc)$/;
	assert.deepEqual(
		Object.getOwnPropertyNames(Math)
			.filter((name) => typeof Reflect.get(Math, name) === "function")
			.filter((name) => !exact.test(name))
			.sort(),
		names,
	);
	assert.deepEqual(
		names.filter((name) => typeof functions[name] !== "function"),
		[],
	);
});

for (const name of names)
	test(`${name} is less than one unit in the last place from the exact value`, () => {
		let worst = 0;
		let at: number[] = [];
		for (const [a, b] of argumentsOf(name, 120)) {
			const value = call(name, a, b);
			if (!Number.isFinite(value)) continue;
			const error = errorInUlps(
				value,
				(reference[name] as (typeof reference)[string])(a, b),
			);
			if (error > worst) [worst, at] = [error, [a, b]];
		}
		assert.ok(worst > 0.4 && worst < 0.9, `${worst} at ${at}`);
	});

// Infinities, zeros and ends of the range: here the language says what comes out, so every engine agrees.
const SPECIAL = [
	0,
	-0,
	1,
	-1,
	2,
	-2,
	0.5,
	-0.5,
	3,
	-3,
	1023,
	-1075,
	1e308,
	1e-200,
	-1e-200,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	Number.NEGATIVE_INFINITY,
	Number.MIN_VALUE,
	-Number.MIN_VALUE,
	Number.MAX_VALUE,
	-Number.MAX_VALUE,
];
const isSpecial = (x: number) =>
	!Number.isFinite(x) || x === 0 || Math.abs(x) === 1;

for (const name of names)
	test(`${name} of special values is what the language says`, () => {
		const native = Math[name] as (a: number, b: number) => number;
		const hasTwo = native.length === 2;
		for (const a of SPECIAL)
			for (const b of hasTwo ? SPECIAL : [0]) {
				const expected = hasTwo
					? native(a, b)
					: (native as (x: number) => number)(a);
				const value = hasTwo
					? call(name, a, b)
					: (functions[name] as (x: number) => number)(a);
				if (isSpecial(expected))
					assert.ok(
						Object.is(value, expected),
						`${name}(${a}, ${b}) = ${value}, not ${expected}`,
					);
				else
					assert.ok(
						Math.abs(value / expected - 1) < 1e-15,
						`${name}(${a}, ${b})`,
					);
			}
	});

test("arguments are converted as Math converts them", () => {
	const { exp, atan2, hypot, pow } = functions as unknown as Record<
		string,
		(...values: unknown[]) => number
	>;
	assert.equal(exp?.("1"), Math.E);
	assert.ok(Number.isNaN(exp?.()));
	assert.ok(Number.isNaN(atan2?.(1)));
	assert.equal(pow?.({ valueOf: () => 2 }, "3"), 8);
	assert.throws(() => exp?.(1n), TypeError);
	assert.throws(() => hypot?.(1n, 2, 3), TypeError);
});

test("hypot takes any number of values of any size", () => {
	const { hypot } = functions;
	assert.equal(hypot(), 0);
	assert.equal(hypot(-7), 7);
	assert.equal(hypot(2, 3, 6), 7);
	assert.equal(hypot(1e200, 1e200, 1e200), Math.sqrt(3) * 1e200);
	assert.equal(hypot(3e-320, 4e-320, 0), 5e-320);
	assert.equal(hypot(1e-300, 1, 1e300), 1e300);
	assert.equal(
		hypot(Number.NaN, 1, Number.NEGATIVE_INFINITY),
		Number.POSITIVE_INFINITY,
	);
	assert.ok(Number.isNaN(hypot(Number.NaN, 1, 2)));
	assert.equal(
		hypot(Number.MAX_VALUE, Number.MAX_VALUE, 0),
		Number.POSITIVE_INFINITY,
	);
	assert.equal(hypot(...Array(1000).fill(0.1)), Math.sqrt(10));
});

const KNOWN: readonly [keyof StrictFunctions, number, number, string][] = [
	["acos", -0.5, 0, "4000c152382d7366"],
	["acos", 0.1, 0, "3ff787b22ce3f590"],
	["acos", 0.9999999999, 0, "3eeda88066815a95"],
	["acosh", 1.0000001, 0, "3f3d4effc065cae4"],
	["acosh", 2, 0, "3ff5124271980435"],
	["acosh", 1e300, 0, "40859bbfd8b83e44"],
	["asin", 0.1, 0, "3fb9a49276037884"],
	["asin", -0.75, 0, "bfeb235315c680dc"],
	["asin", 1e-9, 0, "3e112e0be826d695"],
	["asinh", 0.1, 0, "3fb98eb9e7e5fc3e"],
	["asinh", -3, 0, "bffd185b507edc0e"],
	["asinh", 1e300, 0, "40859bbfd8b83e44"],
	["atan", 0.1, 0, "3fb983e282e2cc4d"],
	["atan", -1, 0, "bfe921fb54442d18"],
	["atan", 10000000000, 0, "3ff921fb543d4de0"],
	["atan2", 1, -2, "40056c6e7397f5ae"],
	["atan2", -3, 1e-300, "bff921fb54442d18"],
	["atan2", 5e-324, -5e-324, "4002d97c7f3321d2"],
	["atanh", 0.1, 0, "3fb9af93cd234412"],
	["atanh", -0.9, 0, "bff78e360604b32d"],
	["atanh", 1e-10, 0, "3ddb7cdfd9d7bdbb"],
	["cbrt", 2, 0, "3ff428a2f98d728b"],
	["cbrt", -10, 0, "c0013c484138704f"],
	["cbrt", 5e-324, 0, "2990000000000000"],
	["cos", 1, 0, "3fe14a280fb5068c"],
	["cos", 1e22, 0, "3fe0be2cef01c8f4"],
	["cos", 1.7976931348623157e308, 0, "bfefffe62ecfab75"],
	["cosh", 0.1, 0, "3ff0147f40224b38"],
	["cosh", -3, 0, "402422a497d6185e"],
	["cosh", 710.4, 0, "7feda98a7371610b"],
	["exp", 1, 0, "4005bf0a8b145769"],
	["exp", -745, 0, "0000000000000001"],
	["exp", 709.78, 0, "7fefe9ce5c4c52b4"],
	["exp", 5e-324, 0, "3ff0000000000000"],
	["expm1", 1e-10, 0, "3ddb7cdfd9dda4e3"],
	["expm1", 1, 0, "3ffb7e151628aed3"],
	["expm1", -30, 0, "bfeffffffffffcb5"],
	["hypot", 1, 1, "3ff6a09e667f3bcd"],
	["hypot", 3e-320, 4e-320, "0000000000002788"],
	["hypot", 1e300, 1e300, "7e40e4d50f99b211"],
	["log", 2, 0, "3fe62e42fefa39ef"],
	["log", 5e-324, 0, "c0874385446d71c3"],
	["log", 0.9999999999, 0, "bddb7ce00005e728"],
	["log10", 2, 0, "3fd34413509f79ff"],
	["log10", 0.00001, 0, "c014000000000000"],
	["log10", 5e-324, 0, "c07434e6420f4374"],
	["log1p", 1e-10, 0, "3ddb7cdfd9d1d693"],
	["log1p", 1, 0, "3fe62e42fefa39ef"],
	["log1p", -0.9999, 0, "c0226bb1bbb55554"],
	["log2", 3, 0, "3ff95c01a39fbd68"],
	["log2", 10, 0, "400a934f0979a371"],
	["log2", 1.0000001, 0, "3e835d0fea5fccb7"],
	["pow", 10, -5, "3ee4f8b588e368f1"],
	["pow", 2, 0.5, "3ff6a09e667f3bcd"],
	["pow", 1.0000001, 10000000, "4005bf0a790ce6f2"],
	["pow", 10, 308, "7fe1ccf385ebc8a0"],
	["pow", 0.1, 323.2, "0000000000000001"],
	["pow", -3, 3, "c03b000000000000"],
	["sin", 1, 0, "3feaed548f090cee"],
	["sin", Math.PI, 0, "3ca1a62633145c07"],
	["sin", 1e22, 0, "bfeb453ab76bf397"],
	["sin", 5.1055655760760825e216, 0, "bfe513446090ffe5"],
	["sin", 5e-324, 0, "0000000000000001"],
	["sinh", 0.1, 0, "3fb9a487337b59b3"],
	["sinh", -3, 0, "c0240926e70949ae"],
	["sinh", 710.4, 0, "7feda98a7371610b"],
	["tan", 1, 0, "3ff8eb245cbee3a6"],
	["tan", 1.5707963267948966, 0, "434d02967c31cdb5"],
	["tan", 1e22, 0, "bffa0f79c1b6b257"],
	["tanh", 0.1, 0, "3fb983d7795f413a"],
	["tanh", -0.5, 0, "bfdd9353d7568af3"],
	["tanh", 20, 0, "3ff0000000000000"],
];

for (const [name, a, b, bits] of KNOWN)
	test(`${name}(${a}${b === 0 ? "" : `, ${b}`}) has the bits ${bits}`, () => {
		assert.equal(bitsOf(call(name, a, b)), bits);
	});

test("two hundred results of each function have the bits they have everywhere", () => {
	const hash = createHash("sha256");
	for (const name of names)
		for (const [a, b] of argumentsOf(name, 70))
			hash.update(bitsOf(call(name, a, b)));
	assert.equal(
		hash.digest("hex"),
		"53fceda9264f59ebbbeae0f3949dfe11ef0fe8df56ea5d556df4f7edc2facd53",
	);
});
