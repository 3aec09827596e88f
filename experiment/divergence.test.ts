import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoss } from "./divergence.ts";

test("a metric is a loss when one of the words of its name is", () => {
	for (const name of [
		"loss",
		"val_loss",
		"Loss",
		"lossG",
		"trainLoss",
		"d_loss_real",
		"head/loss",
		"loss2",
	])
		assert.ok(isLoss(name), name);
	for (const name of [
		"accuracy",
		"glossary",
		"weightloss",
		"lossless",
		"precision",
		"",
		"gloss",
	])
		assert.ok(!isLoss(name), name);
});
