import { readFileSync } from "node:fs";
import { type Array64, type Attributes, array } from "./array.ts";
import { gradientOf } from "./differences.ts";
import {
	assertAllSame,
	assertSame,
	forwardOf,
	gradientsOf,
	type OpCheck,
	referenceOf,
	TOLERANCE,
	type Worst,
} from "./op-check.ts";

/** What another library computed, in float64; recorded/*.py writes it. */
interface RecordedCase {
	readonly op: string;
	readonly by: string;
	readonly attrs: Attributes;
	readonly inputs: Readonly<Record<string, Recorded>>;
	readonly outputs: readonly Recorded[];
	/** The gradient of each output that `gradients` follow from; null where it has none. */
	readonly dy: readonly (Recorded | null)[];
	readonly gradients: Readonly<Record<string, Recorded>>;
}

interface Recorded {
	readonly shape: readonly number[];
	readonly dtype: NonNullable<Array64["dtype"]>;
	/** "NaN" and "Infinity" are texts: JSON has no such numbers. */
	readonly values: readonly (number | string)[];
}

const arrayOf = ({ shape, dtype, values }: Recorded): Array64 =>
	array(shape, values.map(Number), dtype);

/** The cases of recorded/NAME.json. */
export function readRecorded(name: string): readonly RecordedCase[] {
	const path = new URL(`recorded/${name}.json`, import.meta.url);
	return JSON.parse(readFileSync(path, "utf8")) as RecordedCase[];
}

/**
 * Compares an operation, and the reference that its examples are compared to, with
 * what another library computed.
 */
export function checkRecorded(
	op: OpCheck,
	cases: readonly RecordedCase[],
): { worst: Worst; by: string[] } {
	const worst: Worst = { forward: 0, second: 0 };
	const tolerance = op.tolerance ?? TOLERANCE;
	const own = cases.filter((one) => one.op === op.name);
	for (const [at, one] of own.entries()) {
		const inputs = Object.fromEntries(
			Object.entries(one.inputs).map(([name, input]) => [name, arrayOf(input)]),
		);
		const example = { inputs, attrs: one.attrs };
		const what = `${op.name}, case ${at} of ${one.by}`;
		const expected = one.outputs.map(arrayOf);
		const reference = referenceOf(op, one.attrs);
		worst.forward = Math.max(
			worst.forward,
			assertAllSame(forwardOf(op, example), expected, tolerance, what, example),
		);
		assertAllSame(
			reference(inputs),
			expected,
			1e-9,
			`${what}, the reference`,
			example,
		);
		const dy = one.dy.map((weights) =>
			weights ? arrayOf(weights) : undefined,
		);
		const names = Object.keys(one.gradients);
		if (names.length === 0) continue;
		const gradients = gradientsOf(op, example, names, dy);
		for (const [k, name] of names.entries()) {
			const slope = arrayOf(one.gradients[name] as Recorded);
			worst.gradient = Math.max(
				worst.gradient ?? 0,
				assertSame(
					gradients[k] as Array64,
					slope,
					tolerance * 3,
					`${what}: gradient of ${name}`,
					example,
				),
			);
			assertSame(
				gradientOf(reference, inputs, name, dy),
				slope,
				1e-6,
				`${what}, the reference: gradient of ${name}`,
				example,
			);
		}
	}
	return { worst, by: [...new Set(own.map(({ by }) => by))] };
}
