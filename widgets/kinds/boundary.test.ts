import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "fast-png";
import { drawPicture, pictureText } from "./index.ts";

/** Sure of class 0 in the lower row, unsure of class 1 in the upper. */
const event = {
	type: "picture",
	kind: "boundary",
	name: "val",
	data: {
		classes: ["low", "high"],
		xDomain: [0, 1],
		yDomain: [0, 1],
		columns: 2,
		rows: 2,
		probabilities: Float32Array.of(1, 0, 1, 0, 0.5, 0.5, 0.4, 0.6),
		points: [
			{ x: 0.1, y: 0.1, label: 0, predicted: 0 },
			{ x: 0.9, y: 0.1, label: 1, predicted: 0, split: "test" },
		],
	},
} as const;

test("the boundary's hue is the winning class, its strength the confidence, the largest y on top", async () => {
	const { data } = await drawPicture(event);
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	const url = /data:image\/png;base64,([A-Za-z0-9+/=]+)/.exec(spec);
	const image = decode(Buffer.from(url?.[1] ?? "", "base64"));
	assert.deepEqual([image.width, image.height], [2, 2]);
	const pixel = (index: number) => [
		...image.data.slice(index * 3, index * 3 + 3),
	];
	const [, upperRight, lowerLeft, lowerRight] = [0, 1, 2, 3].map(pixel);
	// 67 % of blue over white, and little more than 12 % of vermilion.
	assert.deepEqual(lowerLeft, [84, 161, 203]);
	assert.deepEqual(lowerRight, lowerLeft);
	assert.deepEqual(upperRight, [245, 218, 196]);
});

test("a boundary as text: the share of the plane and the points of each class", () => {
	assert.equal(
		pictureText(event),
		[
			"decision boundary, val: 1 of 2 points correct (50.0 %)",
			"class    area  points  correct",
			"─────  ──────  ──────  ───────",
			"low    75.0 %       1        1",
			"high   25.0 %       1        0",
		].join("\n"),
	);
});

test("probabilities that do not fit the grid are refused", async () => {
	await assert.rejects(
		drawPicture({ ...event, data: { ...event.data, rows: 3 } }),
		/8 probabilities for 3 rows × 2 columns × 2 classes; expected 12/,
	);
});
