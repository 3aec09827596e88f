import { test } from "node:test";
import { curved } from "./curved.ts";
import { openDraw } from "./draw.ts";
import { testFamily } from "./family.ts";
import { checkExample, checkOp } from "./op-check.ts";
import { pooling } from "./pooling.ts";

testFamily(pooling);

test("what a pooling does to a gradient has a gradient of its own", () => {
	for (const op of pooling.ops) checkOp(curved(op), 2);
});

test("it has one of its own where windows are rounded up, too", () => {
	for (const op of pooling.ops) {
		// It takes no rounding.
		if (op.name === "maxPoolWithArgmax") continue;
		const draw = openDraw(`${op.name} rounded up`);
		const sizes = op.name.endsWith("3d") ? [3, 2, 3] : [4, 5];
		const common = { window: 2, strides: 2, pad: 0, dimRoundingMode: "ceil" };
		for (const type of op.name === "pool" ? ["max", "avg"] : [undefined]) {
			const example = {
				inputs: { x: draw.distinct([2, ...sizes, 1]) },
				attrs: { ...common, ...(type ? { type } : {}) },
			};
			checkExample(curved(op), example, draw, `${op.name}, rounded up`);
		}
	}
});
