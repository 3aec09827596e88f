import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { decode } from "fast-png";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { unpack } from "./archive.ts";
import { CIFAR10 } from "./cifar10.ts";
import { getPublished, type PublishedSet } from "./published.ts";
import { STL10 } from "./stl10.ts";
import { mirror, publishedAs } from "./test-mirror.ts";

/** A .tar.gz as the system's tar writes it. */
function tarGz(files: Record<string, Uint8Array>): Buffer {
	const folder = temporaryFolder();
	const root = join(folder, "root");
	writeFiles(root, files);
	const archive = join(folder, "archive.tar.gz");
	const { status, stderr } = spawnSync(
		"tar",
		["-czf", archive, "-C", root, ...readdirSync(root)],
		{ encoding: "utf8" },
	);
	assert.equal(status, 0, stderr);
	return readFileSync(archive);
}

/** The value of a pixel, different along every axis. */
const value = (image: number, y: number, x: number, channel: number) =>
	(image * 41 + y * 7 + x * 3 + channel * 80) % 256;

function planes(side: number, image: number, order: "rows" | "columns") {
	return Uint8Array.from({ length: 3 * side * side }, (_, at) => {
		const channel = Math.floor(at / side ** 2);
		const [slow, fast] = [Math.floor(at / side) % side, at % side];
		return order === "rows"
			? value(image, slow, fast, channel)
			: value(image, fast, slow, channel);
	});
}

function assertPixels(file: string, side: number, image: number) {
	const { width, height, channels, data } = decode(readFileSync(file));
	assert.deepEqual([width, height, channels], [side, side, 3]);
	for (const [y, x, channel] of [
		[0, 0, 0],
		[0, side - 1, 1],
		[side - 1, 0, 2],
		[5, 9, 1],
	] as const)
		assert.equal(
			data[(y * side + x) * 3 + channel],
			value(image, y, x, channel),
		);
}

async function get(set: PublishedSet, archive: Buffer) {
	const { address, log } = await mirror({
		[set.files[0]?.name ?? ""]: archive,
	});
	const directory = join(temporaryFolder(), "data", set.name);
	const small = publishedAs(set, { [set.files[0]?.name ?? ""]: archive }, [
		address,
	]);
	return { directory, log, result: getPublished(directory, small) };
}

/** Batches of ten images, one of each class, the n-th image of a batch of class n. */
function cifar(batches: readonly string[], perBatch = 10) {
	return Object.fromEntries(
		batches.map((name, batch) => [
			`cifar-10-batches-bin/${name}.bin`,
			Buffer.concat(
				Array.from({ length: perBatch }, (_, k) =>
					Buffer.concat([
						Buffer.of(k % 10),
						planes(32, batch * perBatch + k, "rows"),
					]),
				),
			),
		]),
	);
}

const BATCHES = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}`);
const CIFAR = {
	"cifar-10-batches-bin/batches.meta.txt": Buffer.from("airplane\n"),
	...cifar(BATCHES),
	...cifar(["test_batch"]),
};

describe("CIFAR-10's archive", () => {
	test("becomes folders of RGB images under the names of the classes", async () => {
		const { directory, result, log } = await get(CIFAR10, tarGz(CIFAR));
		const { verification } = await result;
		assert.deepEqual(log, ["cifar-10-binary.tar.gz whole"]);
		assert.equal(verification.files, 60);
		assert.deepEqual(readdirSync(join(directory, "train")), [
			"airplane",
			"automobile",
			"bird",
			"cat",
			"deer",
			"dog",
			"frog",
			"horse",
			"ship",
			"truck",
		]);
		for (const [split, count] of [
			["train", 4],
			["val", 1],
			["test", 1],
		] as const)
			assert.equal(readdirSync(join(directory, split, "cat")).length, count);
		assertPixels(join(directory, "test/ship/00008.png"), 32, 8);
		const [name = ""] = readdirSync(join(directory, "val/frog"));
		assertPixels(
			join(directory, "val/frog", name),
			32,
			Number.parseInt(name, 10),
		);
		assert.deepEqual(readdirSync(join(directory, "..")).sort(), [
			"cifar10",
			"cifar10.manifest-sha256.stat.json",
			"cifar10.manifest-sha256.txt",
		]);
	});

	const whole = tarGz(CIFAR);
	const tar = gunzipSync(whole);
	const cases: [string, Buffer, RegExp][] = [
		[
			"is no archive",
			Buffer.from("<html>not found</html>"),
			/cifar-10-binary\.tar\.gz cannot be used: it is not a whole gzipped tar/,
		],
		["is cut", whole.subarray(0, -100), /not a whole gzipped tar/],
		[
			"is cut within the gzip's content",
			gzipSync(tar.subarray(0, 100_000)),
			/not a whole gzipped tar|holds no/,
		],
		[
			"has a damaged header",
			gzipSync(Buffer.concat([Buffer.alloc(512, 7), tar])),
			/not a whole gzipped tar/,
		],
		[
			"lacks a batch",
			tarGz({ ...cifar(BATCHES.slice(1)), ...cifar(["test_batch"]) }),
			/holds no cifar-10-batches-bin\/data_batch_1\.bin/,
		],
		[
			"has a cut batch",
			tarGz({
				...CIFAR,
				"cifar-10-batches-bin/data_batch_3.bin": Buffer.alloc(3074),
			}),
			/data_batch_3\.bin cannot be used: its 3074 bytes are not whole images/,
		],
		[
			"has an unknown class",
			tarGz({
				...CIFAR,
				"cifar-10-batches-bin/test_batch.bin": Buffer.alloc(3073, 11),
			}),
			/test_batch\.bin .*label 0 is 11/,
		],
	];
	for (const [what, archive, message] of cases)
		test(`that ${what} is refused, and nothing of it is left`, async () => {
			const { directory, result } = await get(CIFAR10, archive);
			await assert.rejects(result, { code: "BAD_FORMAT", message });
			assert.equal(existsSync(directory), false);
			assert.deepEqual(readdirSync(`${directory}.download`), [
				"cifar-10-binary.tar.gz",
			]);
		});
});

/** Every class once per round, as labels 1 to 10, and its images column by column. */
function stl(part: string, rounds: number) {
	const count = 10 * rounds;
	return {
		[`stl10_binary/${part}_y.bin`]: Uint8Array.from(
			{ length: count },
			(_, k) => (k % 10) + 1,
		),
		[`stl10_binary/${part}_X.bin`]: Buffer.concat(
			Array.from({ length: count }, (_, k) => planes(96, k, "columns")),
		),
	};
}

describe("STL-10's archive", () => {
	const both = { ...stl("train", 5), ...stl("test", 1) };

	test("becomes folders of upright 96×96 images, without the unlabelled ones", async () => {
		const archive = tarGz({
			...both,
			"stl10_binary/unlabeled_X.bin": planes(96, 0, "columns"),
			"stl10_binary/class_names.txt": Buffer.from("airplane\n"),
		});
		const { directory, result } = await get(STL10, archive);
		const { verification } = await result;
		assert.equal(verification.files, 60);
		assert.equal(readdirSync(join(directory, "train/monkey")).length, 4);
		assertPixels(join(directory, "test/airplane/00000.png"), 96, 0);
		assertPixels(join(directory, "test/truck/00009.png"), 96, 9);
	});

	test("whose images are fewer or more than its labels is refused", async () => {
		for (const [images, message] of [
			[planes(96, 0, "columns"), /train_X\.bin .*ends in image 1 of the 50/],
			[Buffer.alloc(51 * 27648), /train_X\.bin .*goes on after the 50 images/],
		] as const) {
			const { directory, result } = await get(
				STL10,
				tarGz({ ...both, "stl10_binary/train_X.bin": images }),
			);
			await assert.rejects(result, { code: "BAD_FORMAT", message });
			assert.equal(existsSync(directory), false);
		}
	});
});

describe("unpacking", () => {
	test("writes the members that are asked for and nothing outside of the folder", async () => {
		const folder = temporaryFolder();
		writeFiles(folder, {
			"archive.tar.gz": tarGz({ "a/one": Buffer.of(1), "a/two": Buffer.of(2) }),
		});
		const target = join(folder, "unpacked");
		mkdirSync(target);
		writeFiles(target, { old: "" });
		await unpack(join(folder, "archive.tar.gz"), ["a/two"], target);
		assert.deepEqual(readdirSync(target), ["two"]);
	});

	test("can be interrupted", async () => {
		const folder = temporaryFolder();
		writeFiles(folder, { "archive.tar.gz": tarGz({ "a/one": Buffer.of(1) }) });
		await assert.rejects(
			unpack(join(folder, "archive.tar.gz"), ["a/one"], join(folder, "out"), {
				signal: AbortSignal.abort(),
			}),
			{ name: "AbortError" },
		);
	});
});
