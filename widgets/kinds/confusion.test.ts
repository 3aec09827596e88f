import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPicture, pictureText } from "./index.ts";

test("a confusion matrix that is not square is refused with its sizes", async () => {
	const event = {
		type: "picture",
		kind: "confusion",
		name: "val",
		data: { classes: ["a", "b"], matrix: [[1, 2]] },
	} as const;
	await assert.rejects(
		drawPicture(event),
		/2 class names but 1 row of 2 columns/,
	);
});

test("many classes are summed up as their most frequent confusions", () => {
	const classes = Array.from({ length: 30 }, (_, index) => `class ${index}`);
	const matrix = classes.map((_, row) =>
		classes.map((_, column) => (row === column ? 9 : 0)),
	);
	(matrix[4] as number[])[7] = 5;
	const text = pictureText({
		type: "picture",
		kind: "confusion",
		name: "test",
		data: { classes, matrix },
	});
	assert.match(text, /270 of 275 correct \(98\.2 %\)/);
	assert.match(text, /class 4 {2}class 7 +5$/);
});

test("a class without samples has no recall", () => {
	const text = pictureText({
		type: "picture",
		kind: "confusion",
		name: "test",
		data: {
			classes: ["a", "b"],
			matrix: [
				[0, 0],
				[1, 3],
			],
		},
	});
	assert.match(text, /^a .*–$/m);
});

test("of many confusions the most frequent are listed, and how many there are is said", () => {
	const classes = Array.from({ length: 20 }, (_, at) => `class ${at}`);
	const matrix = classes.map((_, row) =>
		classes.map((__, column) =>
			row === column ? 5 : row === 3 ? column + 1 : 0,
		),
	);
	const text = pictureText({
		type: "picture",
		kind: "confusion",
		name: "test",
		data: { classes, matrix },
	});
	assert.match(text, /most frequent confusions of 20 classes, 10 of 19 shown/);
});

test("classes of any name have a row, and can be drawn", async () => {
	const { data } = await drawPicture({
		type: "picture",
		kind: "confusion",
		name: "val",
		data: {
			classes: ["constructor", "a\nb", "__proto__"],
			matrix: [
				[1, 0, 0],
				[0, 1, 0],
				[0, 0, 1],
			],
		},
	});
	assert.equal(data["text/plain"].split("\n").length, 6, data["text/plain"]);
	assert.match(data["text/plain"], /^a\\nb /m);
});
