import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { decodePicture } from "./decode.ts";
import { listImages, loadImages } from "./folder.ts";
import { channelStatistics, normalise } from "./normalise.ts";
import { resizeInto } from "./resize.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-images-"));
after(() => rmSync(folder, { recursive: true }));

const signal = new AbortController().signal;

function gray(values: number[], width: number): Uint8Array {
	return encodePng({
		width,
		height: values.length / width,
		channels: 1,
		depth: 8,
		data: Uint8Array.from(values),
	});
}

function write(
	root: string,
	files: Record<string, Uint8Array | string>,
): string {
	const place = join(folder, root);
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(place, name)), { recursive: true });
		writeFileSync(join(place, name), content);
	}
	return place;
}

function assertNear(actual: ArrayLike<number>, expected: number[], by = 1e-6) {
	assert.equal(actual.length, expected.length);
	for (const [index, value] of expected.entries())
		assert.ok(
			Math.abs((actual[index] as number) - value) <= by,
			`value ${index}: ${actual[index]} is not ${value}`,
		);
}

test("PNG is read as gray or RGB, 8 or 16 bits, transparency dropped", () => {
	const table: [Parameters<typeof encodePng>[0], 1 | 3, number[]][] = [
		[
			{
				width: 2,
				height: 1,
				channels: 1,
				depth: 8,
				data: new Uint8Array([0, 255]),
			},
			1,
			[0, 1],
		],
		[
			{
				width: 2,
				height: 1,
				channels: 1,
				depth: 16,
				data: new Uint16Array([0, 65535]),
			},
			1,
			[0, 1],
		],
		[
			{
				width: 1,
				height: 1,
				channels: 2,
				depth: 8,
				data: new Uint8Array([255, 0]),
			},
			1,
			[1],
		],
		[
			{
				width: 1,
				height: 1,
				channels: 3,
				depth: 8,
				data: new Uint8Array([0, 51, 255]),
			},
			3,
			[0, 0.2, 1],
		],
		[
			{
				width: 1,
				height: 1,
				channels: 4,
				depth: 8,
				data: new Uint8Array([255, 51, 0, 9]),
			},
			3,
			[1, 0.2, 0],
		],
	];
	for (const [image, channels, values] of table) {
		const picture = decodePicture(encodePng(image));
		assert.equal(picture.channels, channels);
		assertNear(picture.values, values);
	}
});

// Made with zlib by hand: a 3×1 gray PNG of 2 bits with the values 0, 1, 3, and a 2×1 palette PNG of 1 bit, red and blue.
const packed =
	"iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAgAAAAB0O1PJAAAACklEQVR4nGOQAQAAHgAd5rBLVgAAAABJRU5ErkJggg==";
const indexed =
	"iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX/AAAAAP9sof2OAAAACklEQVR4nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg==";

test("PNG of few bits per pixel and with a palette is unpacked", () => {
	const few = decodePicture(Buffer.from(packed, "base64"));
	assertNear(few.values, [0, 1 / 3, 1]);
	const palette = decodePicture(Buffer.from(indexed, "base64"));
	assertNear(palette.values, [1, 0, 0, 0, 0, 1]);
});

test("JPEG is read as RGB", () => {
	const data = new Uint8Array(8 * 8 * 4).fill(255);
	const jpeg = encodeJpeg({ width: 8, height: 8, data }, 90).data;
	const picture = decodePicture(jpeg);
	assert.deepEqual(
		[picture.width, picture.height, picture.channels],
		[8, 8, 3],
	);
	assertNear(picture.values, new Array(8 * 8 * 3).fill(1), 0.02);
});

test("resizing to the same size changes nothing, and gray fills three channels", () => {
	const target = new Float32Array(12);
	const picture = decodePicture(gray([0, 51, 102, 255], 2));
	resizeInto(picture, 2, 2, target, 0);
	assertNear(target, [0, 0, 0, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 1, 1, 1]);
});

test("enlarging is bilinear between pixel centres, shrinking uses every pixel", () => {
	const wide = new Float32Array(12);
	resizeInto(decodePicture(gray([0, 255], 2)), 4, 1, wide, 0);
	assertNear(
		wide.filter((_, index) => index % 3 === 0),
		[0, 0.25, 0.75, 1],
	);
	const one = new Float32Array(3);
	resizeInto(
		decodePicture(gray([0, 255, 255, 0, 255, 255, 0, 0], 8)),
		1,
		1,
		one,
		0,
	);
	assert.ok((one[0] as number) > 0.4 && (one[0] as number) < 0.7);
});

test("shrinking weighs every pixel by its distance, across and down, channel by channel", () => {
	// Across: red, green and blue of four columns. Down: what they are multiplied by.
	const across = [
		[10, 20, 40, 60],
		[60, 40, 20, 10],
		[0, 7, 0, 0],
	];
	const down = [1, 2, 4];
	const data = Uint8Array.from(
		down.flatMap((factor) =>
			[0, 1, 2, 3].flatMap((x) =>
				across.map((channel) => factor * (channel[x] as number)),
			),
		),
	);
	const picture = decodePicture(
		encodePng({ width: 4, height: 3, channels: 3, depth: 8, data }),
	);
	const target = new Float32Array(2 * 2 * 3 + 2).fill(9);
	resizeInto(picture, 2, 2, target, 1);
	// Triangles as wide as the shrinking: 3/4, 3/4, 1/4 of a sum of 7/4 across,
	// 5/6 and 1/2 of a sum of 4/3 down.
	const columns = across.map(([a, b, c, d]) => [
		(3 * (a as number) + 3 * (b as number) + (c as number)) / 7,
		((b as number) + 3 * (c as number) + 3 * (d as number)) / 7,
	]);
	const rows = [(5 * 1 + 3 * 2) / 8, (3 * 2 + 5 * 4) / 8];
	assertNear(target, [
		9,
		...rows.flatMap((factor) =>
			[0, 1].flatMap((x) =>
				columns.map((channel) => (factor * (channel[x] as number)) / 255),
			),
		),
		9,
	]);
});

test("a folder train|val|test/class/file is read in the order of bytes, classes from train", async () => {
	const image = gray([0, 255, 0, 255], 2);
	const root = write("order", {
		"train/b/z.png": image,
		"train/b/Z.png": image,
		"train/a/ä.png": image,
		"train/a/z.png": image,
		"train/a/.hidden": "not an image",
		"val/b/1.png": image,
		"test/a/1.png": image,
	});
	const { classes, splits } = await listImages(root, 0);
	assert.deepEqual(classes, ["a", "b"]);
	assert.deepEqual(splits.train, {
		files: ["train/a/z.png", "train/a/ä.png", "train/b/Z.png", "train/b/z.png"],
		labels: [0, 0, 1, 1],
	});
	assert.deepEqual(splits.val.labels, [1]);
});

test("a limit takes images from all classes in turn", async () => {
	const image = gray([0], 1);
	const files = Object.fromEntries(
		["train", "val", "test"].flatMap((split) =>
			["a/1", "a/2", "a/3", "b/1", "c/1", "c/2"].map((name) => [
				`${split}/${name}.png`,
				image,
			]),
		),
	);
	const root = write("limit", files);
	const { splits } = await listImages(root, 4);
	assert.deepEqual(splits.train.files, [
		"train/a/1.png",
		"train/a/2.png",
		"train/b/1.png",
		"train/c/1.png",
	]);
	assert.equal((await listImages(root, 0)).splits.test.files.length, 6);
});

test("missing and empty folders are named", async () => {
	const image = gray([0], 1);
	const noVal = write("no-val", {
		"train/a/1.png": image,
		"train/b/1.png": image,
	});
	await assert.rejects(
		listImages(noVal, 0),
		/has no folder "val".*train, val and test/,
	);
	const oneClass = write("one-class", { "train/a/1.png": image });
	await assert.rejects(listImages(oneClass, 0), /1 class folders/);
	const more = write("more", {
		"train/a/1.png": image,
		"train/b/1.png": image,
		"val/c/1.png": image,
		"test/a/1.png": image,
	});
	await assert.rejects(listImages(more, 0), /classes that train lacks: c/);
});

test("an unreadable image is named, with the reason", async () => {
	const good = gray([0, 255, 0, 255], 2);
	const table: [string, Uint8Array | string, RegExp][] = [
		["text", "hello", /neither a PNG nor a JPEG/],
		["empty", "", /the file is empty/],
		["cut", good.subarray(0, 40), /cannot be read/],
		["cut-jpeg", new Uint8Array([0xff, 0xd8, 0xff]), /cannot be read/],
	];
	for (const [name, content, reason] of table) {
		const root = write(name, {
			"train/a/1.png": good,
			"train/b/bad.png": content,
			"val/a/1.png": good,
			"test/a/1.png": good,
		});
		const images = await listImages(root, 0);
		await assert.rejects(
			loadImages(images, images.splits.train, [4, 4], signal, () => {}),
			(error: Error) =>
				error.message.includes(join(root, "train/b/bad.png")) &&
				reason.test(error.message),
		);
	}
});

test("images are normalised by mean and deviation per channel", () => {
	const examples = {
		inputs: Float32Array.from([0, 5, 2, 5]),
		shape: [1, 1, 2],
		labels: new Uint16Array(2),
	};
	const statistics = channelStatistics(examples);
	assert.deepEqual(statistics, { mean: [1, 5], std: [1, 1] });
	normalise(examples, statistics);
	assert.deepEqual([...examples.inputs], [-1, 0, 1, 0]);
});

test("deviations are the population's, of each channel over all images", () => {
	// Two images of 1×2 pixels; the third channel is constant.
	const examples = {
		inputs: Float32Array.from([0, 1, 5, 2, 1, 5, 4, 1, 5, 10, 5, 5]),
		shape: [1, 2, 3],
		labels: new Uint16Array(2),
	};
	const { mean, std } = channelStatistics(examples);
	assert.deepEqual(mean, [4, 2, 5]);
	assert.deepEqual(std, [Math.sqrt((16 + 4 + 36) / 4), Math.sqrt(12 / 4), 1]);
	normalise(examples, { mean, std });
	assertNear(
		examples.inputs,
		[-4, -1, 0, -2, -1, 0, 0, -1, 0, 6, 3, 0].map(
			(value, at) => value / (std[at % 3] as number),
		),
	);
});
