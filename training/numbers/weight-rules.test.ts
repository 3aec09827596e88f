import { test } from "node:test";
import {
	check,
	checkKept,
	constraints,
	KEPT,
	regularizers,
} from "./weight-rules.ts";

const COUNT = 20;
for (const op of constraints)
	test(`the constraint ${op.name} is that of Keras`, () => {
		check(op, COUNT);
	});
for (const op of regularizers)
	test(`the regularizer ${op.name} is that of Keras, and so is its gradient`, () => {
		check(op, COUNT);
	});
for (const one of KEPT)
	test(`weights keep to ${one[0]} after each step, of fit, of trainOnBatch, and of an optimizer`, () =>
		checkKept(one));
