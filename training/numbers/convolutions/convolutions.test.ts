import { test } from "node:test";
import { curved } from "../curved.ts";
import { testFamily } from "../family.ts";
import { checkMixed } from "../mixed.ts";
import { checkOp } from "../op-check.ts";
import { convolutions } from "./index.ts";

testFamily(convolutions);

for (const op of convolutions.ops)
	test(`gradients of ${op.name} have gradients, with respect to each other's inputs too`, () => {
		checkOp(curved(op), 4);
		checkMixed(op, 4);
	});
