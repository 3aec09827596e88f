import { test } from "node:test";
import { curved } from "./curved.ts";
import { testFamily } from "./family.ts";
import { checkOp } from "./op-check.ts";
import { pooling } from "./pooling.ts";

testFamily(pooling);

test("what a pooling does to a gradient has a gradient of its own", () => {
	for (const op of pooling.ops) checkOp(curved(op), 2);
});
