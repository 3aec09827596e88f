import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { openIdxImages } from "./idx.ts";

const idx = (shape: readonly number[], values: readonly number[]) => {
	const sizes = Buffer.alloc(4 * shape.length);
	for (const [k, size] of shape.entries()) sizes.writeUInt32BE(size, 4 * k);
	const header = Buffer.from([0, 0, 8, shape.length]);
	return gzipSync(Buffer.concat([header, sizes, Buffer.from(values)]));
};

function opened(images: Buffer, labels: Buffer) {
	const folder = temporaryFolder();
	writeFiles(folder, { "images.gz": images, "labels.gz": labels });
	const [first, second] = ["images.gz", "labels.gz"].map((name) =>
		join(folder, name),
	) as [string, string];
	return openIdxImages(first, second, ["0", "1"]);
}

test("images of an IDX file come row by row, each with its label", async () => {
	const source = await opened(
		idx([2, 1, 3], [1, 2, 3, 4, 5, 6]),
		idx([2], [1, 0]),
	);
	assert.deepEqual([source.height, source.width], [1, 3]);
	assert.deepEqual([...source.labels], [1, 0]);
	const images: number[][] = [];
	for await (const image of source.images()) images.push([...image]);
	assert.deepEqual(images, [
		[1, 2, 3],
		[4, 5, 6],
	]);
});

for (const labels of [[1], [1, 0, 1]])
	test(`two images and ${labels.length} labels do not belong together`, async () => {
		await assert.rejects(
			opened(idx([2, 1, 1], [1, 2]), idx([labels.length], labels)),
			{
				code: "BAD_FORMAT",
				message: new RegExp(
					`it holds 2 images, but its file of labels ${labels.length}; they do not belong together`,
				),
			},
		);
	});
