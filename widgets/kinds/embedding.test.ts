import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, pictureText } from "./index.ts";

function event(count: number) {
	return {
		type: "picture",
		kind: "embedding",
		name: "features",
		data: {
			method: "pca",
			positions: Float32Array.from({ length: count * 2 }, (_, i) => i % 5),
			labels: Array.from({ length: count }, (_, i) => String(9 + (i % 2))),
			explained: [0.5, 0.25],
		},
	} as const;
}

test("an embedding as text: variance shown and the centre of each class in natural order", () => {
	const lines = pictureText(event(10)).split("\n");
	assert.equal(
		lines[0],
		"PCA of features: 10 points, 75.0 % of the variance shown",
	);
	assert.match(lines[3] ?? "", /^9 +5 +2 +2$/);
	assert.match(lines[4] ?? "", /^10 +5 +2 +2$/);
});

test("more than 2,000 points are thinned out, and the picture says so", async () => {
	const { data } = await drawPicture(event(2500));
	const spec = JSON.stringify(data["application/vnd.vegalite.v5+json"]);
	assert.ok(spec.includes("2000 of 2500 points shown, sampled by class"));
});

test("positions without their labels are refused", async () => {
	const { data, ...rest } = event(2);
	await assert.rejects(
		drawPicture({ ...rest, data: { ...data, labels: ["9"] } }),
		/4 coordinates for 1 labels/,
	);
});
