import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOp, most, type OpCheck } from "./op-check.ts";
import { checkRecorded, readRecorded } from "./recorded.ts";
import type { Row } from "./row.ts";

/** Operations of one kind, and the file of recorded/ that knows them. */
export interface Family {
	readonly name: string;
	readonly ops: readonly OpCheck[];
	readonly recorded: string;
}

type Cases = ReturnType<typeof readRecorded>;

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

/** The row of the table of one operation. */
function rowOf(op: OpCheck, cases: Cases, count: number): Row {
	const recorded = checkRecorded(op, cases);
	const worst = most(recorded.worst, checkOp(op, count));
	const hasGradient =
		op.gradients?.length !== 0 && worst.gradient !== undefined;
	const second = op.secondOrder === "refused" ? "refused" : "right";
	return {
		kind: "operation",
		name: `tf.${op.name}`,
		dtypes: op.dtypes ?? ["float32"],
		forward: "right",
		gradient: hasGradient ? "right" : "none",
		second: hasGradient ? second : "none",
		oracles: ["float64", ...recorded.by],
		worst,
	};
}

/**
 * One row of the table for each operation.
 *
 * @throws AggregateError of what is wrong, once all were looked at
 */
export function rowsOf({ ops, recorded }: Family, count: number): Row[] {
	const cases = readRecorded(recorded);
	const wrong: unknown[] = [];
	const rows = ops.flatMap((op) => {
		try {
			return [rowOf(op, cases, count)];
		} catch (error) {
			wrong.push(error);
			return [];
		}
	});
	if (wrong.length > 0)
		throw new AggregateError(wrong, wrong.map(String).join("\n\n"));
	return rows;
}
