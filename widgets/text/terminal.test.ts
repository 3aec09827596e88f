import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalText } from "./terminal.ts";

test("every event of a run has a text for the terminal", () => {
	assert.equal(
		terminalText({
			type: "metric",
			step: 3,
			values: { loss: 0.31, accuracy: 0.91 },
		}),
		"step 3  loss 0.3100  accuracy 0.9100",
	);
	assert.equal(
		terminalText({ type: "notice", level: "warning", text: "no git" }),
		"warning: no git",
	);
	assert.equal(
		terminalText({
			type: "artifact",
			name: "weights",
			files: ["artifacts/weights.json"],
			digest: "sha256:0",
		}),
		"kept artifact weights",
	);
	assert.match(
		terminalText(
			{ type: "progress", done: 1, total: 2, unit: "epoch" },
			{ width: 40 },
		),
		/^epoch 1\/2 ━+─+ {2}50 %$/,
	);
	assert.equal(
		terminalText({
			type: "picture",
			kind: "confusion",
			name: "val",
			step: 2,
			data: {
				classes: ["cat", "dog"],
				matrix: [
					[8, 2],
					[1, 9],
				],
			},
		}),
		[
			"confusion matrix, val, step 2: 17 of 20 correct (85.0 %)",
			"true \\ predicted  cat  dog  recall",
			"────────────────  ───  ───  ──────",
			"cat                 8    2  80.0 %",
			"dog                 1    9  90.0 %",
		].join("\n"),
	);
});
