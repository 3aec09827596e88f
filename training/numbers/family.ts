import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOp, type OpCheck, type Worst } from "./op-check.ts";
import { checkRecorded, readRecorded } from "./recorded.ts";
import type { Row } from "./row.ts";

/** Operations of one kind, and the file of recorded/ that knows them. */
export interface Family {
	readonly name: string;
	readonly ops: readonly OpCheck[];
	readonly recorded: string;
}

/** How many examples of each type a test draws; the table is made from more. */
const QUICK = 4;

/** Declares a test for each operation of the family. */
export function testFamily({ ops, recorded }: Family, count = QUICK): void {
	const cases = readRecorded(recorded);
	for (const op of ops)
		test(op.name, () => {
			checkOp(op, count);
			checkRecorded(op, cases);
		});
	test(`recorded/${recorded}.json has cases of known operations only`, () => {
		const known = new Set(ops.map(({ name }) => name));
		assert.deepEqual(
			[...new Set(cases.map(({ op }) => op))].filter((op) => !known.has(op)),
			[],
		);
	});
}

/** One row of the table for each operation. */
export function rowsOf({ ops, recorded }: Family, count: number): Row[] {
	const cases = readRecorded(recorded);
	return ops.map((op): Row => {
		const { worst, by } = checkRecorded(op, cases);
		const all = [worst, checkOp(op, count)];
		const largest = (key: keyof Worst) =>
			Math.max(...all.map((one) => one[key]));
		const hasGradient = op.gradients?.length !== 0;
		return {
			kind: "operation",
			name: `tf.${op.name}`,
			dtypes: op.dtypes ?? ["float32"],
			forward: "right",
			gradient: hasGradient ? "right" : "none",
			second: hasGradient
				? op.secondOrder === "refused"
					? "refused"
					: "right"
				: "none",
			oracles: ["float64", ...by],
			worst: { forward: largest("forward"), gradient: largest("gradient") },
		};
	});
}
