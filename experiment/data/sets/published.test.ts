import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { decode } from "fast-png";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { until } from "../../../test/until.ts";
import type { DataProgress } from "../progress.ts";
import { getData } from "./get-data.ts";
import { MNIST } from "./mnist.ts";
import { getPublished } from "./published.ts";
import { type Contents, mirror, publishedAs, serve } from "./test-mirror.ts";

const SIDE = 4;

/** An IDX file as published: magic number, big-endian sizes, bytes; gzipped. */
function idx(shape: readonly number[], data: Uint8Array): Buffer {
	const header = Buffer.alloc(4 + 4 * shape.length);
	header.writeUInt8(0x08, 2);
	header.writeUInt8(shape.length, 3);
	for (const [k, size] of shape.entries())
		header.writeUInt32BE(size, 4 + 4 * k);
	// Random bytes do not shrink, so that a part of the file is long enough to break.
	return gzipSync(Buffer.concat([header, data]));
}

function pixels(count: number): Uint8Array {
	return Uint8Array.from(
		{ length: count * SIDE * SIDE },
		(_, k) => (k * 7919) % 251,
	);
}

const labels = (count: number) =>
	Uint8Array.from({ length: count }, (_, k) => k % 10);

const TRAIN_IMAGES = "train-images-idx3-ubyte.gz";
const TRAIN_LABELS = "train-labels-idx1-ubyte.gz";
const TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
const TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

const PUBLISHED = {
	[TRAIN_IMAGES]: idx([50, SIDE, SIDE], pixels(50)),
	[TRAIN_LABELS]: idx([50], labels(50)),
	[TEST_IMAGES]: idx([10, SIDE, SIDE], pixels(10)),
	[TEST_LABELS]: idx([10], labels(10)),
};
const ALL_WHOLE = Object.keys(PUBLISHED).map((name) => `${name} whole`);

const small = (mirrors: string[], contents: Contents = PUBLISHED) =>
	publishedAs(MNIST, contents, mirrors);

function target() {
	return join(temporaryFolder(), "data", "small");
}

describe("a set in MNIST's format", () => {
	test("becomes train, val and test folders with one PNG per image", async () => {
		const { address, log } = await mirror(PUBLISHED);
		const directory = target();
		const { status, verification } = await getPublished(
			directory,
			small([address]),
		);
		assert.equal(status, "created");
		assert.equal(verification.status, "created");
		assert.equal(verification.files, 60);
		assert.deepEqual(log, ALL_WHOLE);
		for (const [split, count] of [
			["train", 4],
			["val", 1],
			["test", 1],
		] as const)
			for (let digit = 0; digit < 10; digit++)
				assert.equal(
					readdirSync(join(directory, split, String(digit))).length,
					count,
				);
		const image = decode(readFileSync(join(directory, "test/3/00003.png")));
		assert.deepEqual(
			Uint8Array.from(image.data),
			pixels(10).subarray(3 * 16, 4 * 16),
		);
		assert.deepEqual(readdirSync(join(directory, "..")).sort(), [
			"small",
			"small.manifest-sha256.stat.json",
			"small.manifest-sha256.txt",
		]);
	});

	test("has the same root wherever and whenever it is fetched", async () => {
		const { address } = await mirror(PUBLISHED);
		const [one, two] = [
			await getPublished(target(), small([address])),
			await getPublished(target(), small([address])),
		];
		assert.equal(one.verification.root, two.verification.root);
	});

	test("that is there already is checked instead of fetched, and replaced only on demand", async () => {
		const { address, log } = await mirror(PUBLISHED);
		const set = small([address]);
		const directory = target();
		const { verification } = await getPublished(directory, set);
		assert.equal((await getPublished(directory, set)).status, "present");
		assert.equal(log.length, 4);
		rmSync(join(directory, "test"), { recursive: true });
		await assert.rejects(getPublished(directory, set), {
			code: "EXISTS",
			message: /removed {3}test\/0\/00000\.png/,
		});
		const again = await getPublished(directory, set, { force: true });
		assert.equal(again.verification.status, "unchanged");
		assert.equal(again.verification.root, verification.root);
		const foreign = target();
		mkdirSync(foreign, { recursive: true });
		await assert.rejects(getPublished(foreign, set), {
			code: "EXISTS",
			message: /without a manifest/,
		});
	});

	test("can be interrupted, and then leaves no folder", async () => {
		const { address } = await mirror(PUBLISHED);
		const directory = target();
		await assert.rejects(
			getPublished(directory, small([address]), {
				signal: AbortSignal.abort(),
			}),
			{ name: "AbortError" },
		);
		assert.equal(existsSync(directory), false);
	});

	test("is made of files that were fetched by hand, without a network", async () => {
		const folder = temporaryFolder();
		writeFiles(folder, PUBLISHED);
		const set = small(["http://127.0.0.1:1"]);
		const { verification } = await getPublished(target(), set, {
			from: folder,
		});
		assert.equal(verification.files, 60);
		assert.equal(readdirSync(folder).length, 4, "the files are left there");

		writeFileSync(join(folder, TRAIN_LABELS), "<html>");
		const directory = target();
		await assert.rejects(getPublished(directory, set, { from: folder }), {
			code: "CHECKSUM",
			message:
				/train-labels.* is not the published file: .*127\.0\.0\.1:1\/train-labels/,
		});
		rmSync(join(folder, TRAIN_LABELS));
		await assert.rejects(getPublished(directory, set, { from: folder }), {
			code: "DOWNLOAD",
			message:
				/train-labels.* is not in .*; get it \(\d+ bytes\) from http:\/\/127/,
		});
		assert.equal(existsSync(directory), false);
	});
});

describe("a download", () => {
	/** A folder for the set in which an earlier attempt left files. */
	function interrupted(files: Contents) {
		const directory = target();
		writeFiles(`${directory}.download`, files);
		return directory;
	}

	test("that breaks off is continued where it stopped", async () => {
		const { address, log } = await mirror(
			PUBLISHED,
			(content, request, response) => {
				if (request.headers.range) return serve(content, request, response);
				response.writeHead(200, { "content-length": content.length });
				response.write(content.subarray(0, 20), () => response.destroy());
			},
		);
		const { verification } = await getPublished(target(), small([address]));
		assert.equal(verification.files, 60);
		assert.deepEqual(
			log,
			Object.keys(PUBLISHED).flatMap((name) => [
				`${name} whole`,
				`${name} bytes=20-`,
			]),
		);
	});

	test("that was interrupted yesterday is continued today", async () => {
		const { address, log } = await mirror(PUBLISHED);
		const directory = interrupted({
			[`${TRAIN_IMAGES}.part`]: PUBLISHED[TRAIN_IMAGES].subarray(0, 100),
			[TEST_LABELS]: PUBLISHED[TEST_LABELS],
		});
		await getPublished(directory, small([address]));
		assert.deepEqual(log, [
			`${TRAIN_IMAGES} bytes=100-`,
			`${TRAIN_LABELS} whole`,
			`${TEST_IMAGES} whole`,
		]);
	});

	test("from a server without ranges starts anew", async () => {
		const { address } = await mirror(
			PUBLISHED,
			(content, _request, response) => {
				response.end(content);
			},
		);
		const directory = interrupted({
			[`${TRAIN_IMAGES}.part`]: PUBLISHED[TRAIN_IMAGES].subarray(0, 100),
		});
		const { verification } = await getPublished(directory, small([address]));
		assert.equal(verification.files, 60);
	});

	test("whose kept part was damaged, or belongs to an older file, is done once more from the beginning", async () => {
		const { address, log } = await mirror(PUBLISHED);
		const directory = interrupted({
			[`${TRAIN_IMAGES}.part`]: Buffer.alloc(100),
			[TEST_LABELS]: Buffer.alloc(PUBLISHED[TEST_LABELS].length),
		});
		const { verification } = await getPublished(directory, small([address]));
		assert.equal(verification.files, 60);
		assert.deepEqual(log, [
			`${TRAIN_IMAGES} bytes=100-`,
			`${TRAIN_IMAGES} whole`,
			...ALL_WHOLE.slice(1),
		]);
	});

	test("that no mirror can serve goes on to the next, and names them all in the end", async () => {
		const gone = await mirror({});
		const good = await mirror(PUBLISHED);
		await getPublished(target(), small([good.address]), {
			mirrors: [gone.address],
		});
		assert.deepEqual(good.log, ALL_WHOLE);
		await assert.rejects(
			getPublished(target(), small([gone.address, `${gone.address}/2`])),
			{
				code: "DOWNLOAD",
				message:
					/404 Not Found\n.*\/2\/train-images.*404 Not Found\n.*--mirror/,
			},
		);
		await assert.rejects(
			getPublished(target(), small(["http://127.0.0.1:1/"])),
			{
				code: "DOWNLOAD",
				message: /127\.0\.0\.1:1\/train-images(.|\n)*--from DIR/,
			},
		);
	});

	test("with a wrong checksum is never used", async () => {
		const altered = {
			...PUBLISHED,
			[TRAIN_LABELS]: Buffer.from(PUBLISHED[TRAIN_LABELS]).fill(0, 20, 21),
		};
		assert.notDeepEqual(altered[TRAIN_LABELS], PUBLISHED[TRAIN_LABELS]);
		const bad = await mirror(altered);
		const directory = target();
		await assert.rejects(getPublished(directory, small([bad.address])), {
			code: "CHECKSUM",
			message: /train-labels.*\n.*SHA-256 is [0-9a-f]{64} instead of/,
		});
		assert.equal(existsSync(directory), false);
		const good = await mirror(PUBLISHED);
		const { verification } = await getPublished(
			directory,
			small([bad.address, good.address]),
		);
		assert.equal(verification.files, 60);
	});

	test("that sends too much or stalls is given up", async () => {
		const endless = await mirror(PUBLISHED, (content, _request, response) => {
			response.end(Buffer.concat([content, content]));
		});
		await assert.rejects(getPublished(target(), small([endless.address])), {
			code: "DOWNLOAD",
			message: /sent more than/,
		});
		const silent = await mirror(PUBLISHED, () => {});
		await assert.rejects(
			getPublished(target(), small([silent.address]), { stallMs: 20 }),
			{ code: "DOWNLOAD", message: /nothing received/ },
		);
	});

	test("onto a full disk says so and asks no other mirror", async () => {
		const directory = target();
		const part = join(`${directory}.download`, `${TRAIN_IMAGES}.part`);
		const { address, log } = await mirror(
			PUBLISHED,
			(content, request, response) => {
				// Not before: a link that is there when a download begins is removed.
				symlinkSync("/dev/full", part);
				serve(content, request, response);
			},
		);
		await assert.rejects(
			getPublished(directory, small([address, `${address}/2`])),
			{
				code: "UNWRITABLE",
				message: /train-images.*no space left on device.*make room/,
			},
		);
		assert.deepEqual(log, [`${TRAIN_IMAGES} whole`]);
	});

	test("writes nothing to what a link leads to that lay where its part belongs", async () => {
		const { address } = await mirror(PUBLISHED);
		const directory = target();
		mkdirSync(`${directory}.download`, { recursive: true });
		const part = join(`${directory}.download`, `${TRAIN_IMAGES}.part`);
		const elsewhere = `${directory}.elsewhere`;
		writeFileSync(elsewhere, "kept");
		symlinkSync(`../${basename(elsewhere)}`, part);
		await getPublished(directory, small([address]));
		assert.equal(readFileSync(elsewhere, "utf8"), "kept");
	});

	test("reports its bytes while they come", async () => {
		const reports: DataProgress[] = [];
		const { address } = await mirror(
			PUBLISHED,
			async (content, request, response) => {
				if (!request.url?.endsWith(TRAIN_IMAGES))
					return serve(content, request, response);
				// Byte by byte, until one of them is reported.
				let sent = 0;
				await until(
					() => reports.some(({ label }) => label === TRAIN_IMAGES),
					"a report",
					() => {
						response.write(content.subarray(sent, ++sent));
						return sleep(5);
					},
				);
				response.end(content.subarray(sent));
			},
		);
		await getPublished(target(), small([address]), {
			onProgress: (progress) => reports.push(progress),
		});
		const total = PUBLISHED[TRAIN_IMAGES].length;
		const { done, ...report } =
			reports.find(({ label }) => label === TRAIN_IMAGES) ?? assert.fail();
		assert.ok(done > 0 && done <= total, `${done} of ${total}`);
		assert.deepEqual(report, { total, unit: "byte", label: TRAIN_IMAGES });
	});
});

describe("a published file in the wrong format is named with what is wrong:", () => {
	const cases: [string, Contents, RegExp][] = [
		[
			"not gzip",
			{ [TRAIN_IMAGES]: Buffer.from("<html>") },
			/train-images.*not a whole gzip/,
		],
		[
			"cut gzip",
			{ [TRAIN_IMAGES]: PUBLISHED[TRAIN_IMAGES].subarray(0, -20) },
			/not a whole gzip/,
		],
		[
			"no header",
			{ [TRAIN_IMAGES]: gzipSync(Buffer.from([0, 0, 8, 3, 0, 0, 0])) },
			/7 bytes are too few/,
		],
		[
			"no magic number",
			{ [TRAIN_IMAGES]: gzipSync(Buffer.alloc(40, 1)) },
			/two zero bytes/,
		],
		[
			"floats",
			{ [TRAIN_LABELS]: gzipSync(Buffer.from([0, 0, 13, 1, 0, 0, 0, 0])) },
			/type is 0xd/,
		],
		[
			"labels for images",
			{ [TRAIN_IMAGES]: idx([50], labels(50)) },
			/1 dimensions instead of 3/,
		],
		[
			"too few values",
			{ [TRAIN_LABELS]: idx([51], labels(50)) },
			/promises 51 labels, but 50/,
		],
		[
			"too few images",
			{ [TRAIN_IMAGES]: idx([50, SIDE, SIDE], pixels(48)) },
			/ends in image 48 of the 50/,
		],
		[
			"too many images",
			{ [TRAIN_IMAGES]: idx([50, SIDE, SIDE], pixels(51)) },
			/goes on after the 50 images/,
		],
		[
			"too few labels",
			{ [TRAIN_LABELS]: idx([49], labels(49)) },
			/50 images, but .* labels 49/,
		],
		[
			"an unknown class",
			{ [TRAIN_LABELS]: idx([50], labels(50).fill(10, 7, 8)) },
			/label 7 is 10/,
		],
	];
	for (const [name, files, message] of cases)
		test(name, async () => {
			const contents = { ...PUBLISHED, ...files };
			const { address } = await mirror(contents);
			const directory = target();
			await assert.rejects(
				getPublished(directory, small([address], contents)),
				{ code: "BAD_FORMAT", message },
			);
			assert.equal(existsSync(directory), false);
		});
});

describe("a set by name", () => {
	test("that is unknown is refused with the nearest name", async () => {
		await assert.rejects(getData("cifar1O"), {
			code: "BAD_ARGUMENT",
			message: 'there is no data set "cifar1O"; did you mean "cifar10"?',
		});
	});

	test("leaves a folder that already holds something else alone", async () => {
		const directory = temporaryFolder();
		await assert.rejects(getData("mnist", directory), { code: "EXISTS" });
		await assert.rejects(
			getData("mnist", join(directory, "new"), { validation: 1 }),
			{ code: "BAD_ARGUMENT", message: /less than 1/ },
		);
		assert.equal(statSync(directory).isDirectory(), true);
	});
});
