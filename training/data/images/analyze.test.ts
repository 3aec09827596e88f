import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { openStream } from "../../../experiment/random/stream.ts";
import { analyzeData } from "./analyze.ts";
import { decodePicture } from "./decode.ts";
import { examineMany } from "./examine-many.ts";
import { meanAndStd } from "./pixel-sums.ts";

const random = openStream("7", "analyze");

/** A PNG of random pixels, the darker the smaller `highest`. */
function png(
	width: number,
	height: number,
	channels: 1 | 2 | 3 | 4 = 3,
	highest = 256,
	depth: 8 | 16 = 8,
) {
	const length = width * height * channels;
	const draw = () => Math.floor(random.next() * highest);
	return encodePng({
		width,
		height,
		channels,
		depth,
		data:
			depth === 8
				? Uint8Array.from({ length }, draw)
				: Uint16Array.from({ length }, draw),
	});
}

function jpeg(width: number, height: number) {
	const data = Buffer.from(
		Uint8Array.from({ length: width * height * 4 }, () =>
			Math.floor(random.next() * 256),
		),
	);
	return encodeJpeg({ width, height, data }, 90).data;
}

function dataSet(train: Record<string, Uint8Array | string>) {
	const folder = join(temporaryFolder(), "data");
	writeFiles(folder, {
		...Object.fromEntries(
			Object.entries(train).map(([name, file]) => [`train/${name}`, file]),
		),
		"val/a/1.png": png(2, 2, 3, 10),
		"test/a/1.png": png(2, 2, 3, 10),
	});
	return folder;
}

/** Every kind of picture that is read. */
const mixed = () => ({
	"a/small.png": png(3, 5),
	"a/gray.png": png(7, 2, 1, 40),
	"a/deep.png": png(4, 4, 3, 65536, 16),
	"a/clear.png": png(5, 5, 4),
	"b/photo.jpg": jpeg(16, 9),
	"b/dark.png": png(30, 20, 3, 3),
});

/** Mean and deviation as the textbook has them, in two passes over all pixels. */
function twoPasses(files: readonly Uint8Array[]) {
	const channels: number[][] = [[], [], []];
	for (const file of files) {
		const { channels: count, values } = decodePicture(file);
		for (let at = 0; at < values.length; at += count)
			for (const [c, all] of channels.entries())
				all.push(values[at + (count === 3 ? c : 0)] as number);
	}
	const mean = channels.map(
		(all) => all.reduce((sum, value) => sum + value, 0) / all.length,
	);
	const std = channels.map((all, c) =>
		Math.sqrt(
			all.reduce((sum, value) => sum + (value - (mean[c] as number)) ** 2, 0) /
				all.length,
		),
	);
	return { mean, std };
}

function assertNear(actual: readonly number[], expected: readonly number[]) {
	assert.equal(actual.length, expected.length);
	for (const [c, value] of expected.entries())
		assert.ok(
			Math.abs((actual[c] as number) - value) < 1e-6,
			`${actual[c]} is not ${value}`,
		);
}

test("one pass gives the mean and deviation of two, every pixel counting alike, train alone", async () => {
	const files = mixed();
	const folder = dataSet(files);
	const { statistics, split } = await analyzeData(folder);
	assert.equal(split, "train");
	assert.equal(statistics.images, 6);
	const expected = twoPasses(Object.values(files));
	assertNear(statistics.mean, expected.mean);
	assertNear(statistics.std, expected.std);
	const val = await analyzeData(folder, { split: "val" });
	assert.equal(val.statistics.images, 1);
	assert.notDeepEqual(val.statistics.mean, statistics.mean);
});

test("no digits are lost where the deviation is tiny beside the mean", async () => {
	const bright = (value: number) =>
		encodePng({
			width: 1000,
			height: 100,
			channels: 1,
			depth: 16,
			data: new Uint16Array(100_000).fill(value),
		});
	const folder = dataSet({
		"a/1.png": bright(65535),
		"b/1.png": bright(65534),
	});
	const { mean, std } = (await analyzeData(folder)).statistics;
	assert.deepEqual(mean, [65534.5 / 65535]);
	assert.deepEqual(std, [0.5 / 65535]);
});

test("gray images have one channel, and a constant one no deviation", async () => {
	const folder = dataSet({
		"a/1.png": png(4, 4, 1, 1),
		"b/1.png": png(4, 4, 2, 1),
	});
	const { mean, std } = (await analyzeData(folder)).statistics;
	assert.deepEqual([mean, std], [[0], [0]]);
});

test("the result has the same bits for any number of threads", async () => {
	const folder = temporaryFolder();
	const paths = Array.from({ length: 100 }, (_, k) => {
		const path = join(folder, `${k}.png`);
		writeFileSync(path, png(1 + (k % 13), 1 + (k % 7), k % 3 ? 3 : 1));
		return path;
	});
	const one = await examineMany(paths, { jobs: 1 });
	for (const jobs of [2, 3]) {
		const many = await examineMany(paths, { jobs, aloneMs: 0 });
		assert.deepEqual(many, one);
		assert.deepEqual(meanAndStd(many.sums), meanAndStd(one.sums));
	}
});

test("classes are counted and weighted so that a balanced loss keeps its scale", async () => {
	const image = png(2, 2);
	const folder = dataSet({
		"a/1.png": image,
		"b/1.png": image,
		"b/2.png": image,
		"b/3.png": image,
	});
	const { classes, images } = (await analyzeData(folder)).statistics;
	assert.deepEqual(classes, [
		{ name: "a", images: 1, weight: 2 },
		{ name: "b", images: 3, weight: 4 / 6 },
	]);
	const mean =
		classes.reduce((sum, { images, weight }) => sum + images * weight, 0) /
		images;
	assert.ok(Math.abs(mean - 1) < 1e-12);
	// DeepDIVA: (1/n_c) / Σ (1/n_k).
	const sum = classes.reduce((total, { weight }) => total + weight, 0);
	assert.ok(
		Math.abs((classes[0]?.weight ?? 0) / sum - 1 / (1 + 1 / 3)) < 1e-12,
	);
});

test("sizes are listed by how common they are, ten at most", async () => {
	const folder = dataSet({
		"a/1.png": png(5, 7),
		"a/2.png": png(5, 7),
		...Object.fromEntries(
			Array.from({ length: 11 }, (_, k) => [`b/${k}.png`, png(k + 1, 3)]),
		),
	});
	const { sizes, distinctSizes } = (await analyzeData(folder)).statistics;
	assert.equal(distinctSizes, 12);
	assert.equal(sizes.length, 10);
	assert.deepEqual(sizes.slice(0, 2), [
		{ width: 5, height: 7, images: 2 },
		{ width: 1, height: 3, images: 1 },
	]);
});

test("what was computed is reused while the data's root is the same, and computed anew when it is not", async () => {
	const folder = dataSet(mixed());
	const first = await analyzeData(folder);
	assert.equal(first.reused, false);
	assert.equal(first.file, `${folder}.analysis.json`);
	assert.deepEqual(readdirSync(join(folder, "..")).sort(), [
		"data",
		"data.analysis.json",
		"data.manifest-sha256.stat.json",
		"data.manifest-sha256.txt",
	]);
	const second = await analyzeData(folder);
	assert.equal(second.reused, true);
	assert.deepEqual(second.statistics, first.statistics);
	assert.equal((await analyzeData(folder, { split: "val" })).reused, false);
	assert.equal((await analyzeData(folder)).reused, true);

	writeFileSync(join(folder, "train/a/new.png"), png(9, 9));
	const changed = await analyzeData(folder);
	assert.equal(changed.verification.status, "changed");
	assert.equal(changed.reused, false);
	assert.notEqual(changed.root, first.root);
	assert.equal(changed.statistics.images, 7);
	rmSync(join(folder, "train/a/new.png"));
	assert.deepEqual((await analyzeData(folder)).statistics, first.statistics);

	writeFileSync(first.file, "{");
	const repaired = await analyzeData(folder);
	assert.equal(repaired.reused, false);
	assert.deepEqual(
		JSON.parse(readFileSync(first.file, "utf8")).splits.train,
		first.statistics,
	);
});

test("statistics that somebody else wrote for the same data are computed anew", async () => {
	const folder = dataSet(mixed());
	const { file, statistics } = await analyzeData(folder);
	const own = readFileSync(file, "utf8");
	const { seal: _, ...unsealed } = JSON.parse(own);
	const lying = own.replace(/"images": \d+/, '"images": 1000');
	for (const text of [
		lying,
		JSON.stringify(unsealed),
		lying.replace(/"seal": ".*"/, '"seal": ""'),
	]) {
		assert.notEqual(text, own);
		writeFileSync(file, text);
		const found = await analyzeData(folder);
		assert.equal(found.reused, false);
		assert.deepEqual(found.statistics, statistics);
	}
	assert.equal((await analyzeData(folder)).reused, true);
});

test("every image that cannot be read is named, in order, and nothing is written", async () => {
	for (const aloneMs of [0, 1000]) {
		const folder = dataSet({
			...mixed(),
			"a/notes.txt": "hello",
			"b/cut.png": png(4, 4).subarray(0, 40),
			"b/empty.png": "",
		});
		await assert.rejects(
			analyzeData(folder, { aloneMs, jobs: 2 }),
			(error: Error) => {
				assert.equal(error.name, "UsageError");
				assert.match(error.message, /^3 images of .*data cannot be read/);
				assert.match(
					error.message,
					/train\/a\/notes\.txt: it is neither a PNG nor a JPEG\n +train\/b\/cut\.png: .*\n +train\/b\/empty\.png: the file is empty$/,
				);
				return true;
			},
		);
		assert.equal(existsSync(`${folder}.analysis.json`), false);
	}
});

test("an empty class folder, a missing split and an unknown one are told", async () => {
	const folder = dataSet(mixed());
	mkdirSync(join(folder, "train/c"));
	await assert.rejects(analyzeData(folder), {
		name: "UsageError",
		message: /class folder .*train\/c is empty/,
	});
	await assert.rejects(
		analyzeData(folder, { split: "tset" as "test" }),
		/did you mean "test"/,
	);
	const flat = join(temporaryFolder(), "flat");
	writeFiles(flat, { "a/1.png": png(2, 2), "b/1.png": png(2, 2) });
	await assert.rejects(analyzeData(flat), {
		name: "UsageError",
		message: /has no folder "train".*deepdiva data split/,
	});
});

test("an analysis can be interrupted", async () => {
	const folder = dataSet(mixed());
	await assert.rejects(analyzeData(folder, { signal: AbortSignal.abort() }), {
		name: "AbortError",
	});
});
