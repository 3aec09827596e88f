import { test } from "node:test";
import { checkLoss, ops } from "./model-losses.ts";

const COUNT = 4;
for (const op of ops)
	test(`the loss ${op.name} is that of Keras`, () => {
		checkLoss(op, COUNT);
	});
