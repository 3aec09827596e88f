import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoss } from "./divergence.ts";

test("a metric is a loss when one of the words of its name is, and none makes something else of it", () => {
	for (const name of [
		"loss",
		"val_loss",
		"Loss",
		"lossG",
		"trainLoss",
		"d_loss_real",
		"head/loss",
		"loss2",
		"GLoss",
		"DLossReal",
		"MSELoss",
		"trainloss",
		"valloss",
		"epoch/val_loss",
		"loss/head",
		"loss_g",
		"scale_loss",
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
		"loss_ratio",
		"loss/grad_norm",
		"packet_loss",
		"best_loss",
		"bestLoss",
		"min_val_loss",
		"lossScale",
		"loss_weights",
	])
		assert.ok(!isLoss(name), name);
});
