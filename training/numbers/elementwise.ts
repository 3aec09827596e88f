import { binaryOps } from "./elementwise/binary.ts";
import { choiceOps } from "./elementwise/choice.ts";
import { makingOps } from "./elementwise/making.ts";
import { unaryOps } from "./elementwise/unary.ts";
import type { Family } from "./family.ts";

/** Operations number by number, and those that make tensors. */
export const elementwise: Family = {
	name: "elementwise",
	ops: [...unaryOps, ...binaryOps, ...choiceOps, ...makingOps],
	recorded: "elementwise",
};
