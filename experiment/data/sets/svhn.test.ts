import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { deflateSync } from "node:zlib";
import { decode } from "fast-png";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { readMat, readMatValues } from "./mat.ts";
import { getPublished } from "./published.ts";
import { SVHN } from "./svhn.ts";
import { mirror, publishedAs } from "./test-mirror.ts";

/*
 * The fixtures were written by SciPy 1.17, `scipy.io.savemat`:
 *   test-compressed.mat  X (32, 32, 3, 10) uint8, y = 1 … 10 as (10, 1) uint8
 *   test-small.mat       X (32, 32, 3), y = [[10]] uint8, not compressed: its one
 *                        value lies in the data element's tag
 *   test-mixed.mat       text, a structure, cells, a complex and a sparse array,
 *                        X (32, 32, 3), y = [[10.0]] as doubles
 * with X[h, w, c, n] = (7h + 13w + 101c + 29n) mod 256.
 */
const fixture = (name: string) =>
	readFileSync(new URL(`./test-${name}.mat`, import.meta.url));

const COMPRESSED = fixture("compressed");

async function get(train: Uint8Array, testFile: Uint8Array = COMPRESSED) {
	const contents = { "train_32x32.mat": train, "test_32x32.mat": testFile };
	const { address } = await mirror(contents);
	const directory = join(temporaryFolder(), "data", "svhn");
	const set = publishedAs(SVHN, contents, [address]);
	return {
		directory,
		result: getPublished(directory, set, { validation: 0.5 }),
	};
}

function matFile(content: Uint8Array) {
	const folder = temporaryFolder();
	writeFiles(folder, { "a.mat": content });
	return join(folder, "a.mat");
}

describe("SVHN's MAT files", () => {
	test("become folders of upright RGB images; the label 10 is the digit 0", async () => {
		const { directory, result } = await get(COMPRESSED);
		const { verification } = await result;
		assert.equal(verification.files, 20);
		for (const [file, n] of [
			["test/1/00000.png", 0],
			["test/0/00009.png", 9],
			["test/7/00006.png", 6],
		] as const) {
			const { width, height, channels, data } = decode(
				readFileSync(join(directory, file)),
			);
			assert.deepEqual([width, height, channels], [32, 32, 3]);
			for (const [h, w, c] of [
				[0, 0, 0],
				[0, 31, 1],
				[31, 0, 2],
				[4, 11, 1],
			] as const)
				assert.equal(
					data[(h * 32 + w) * 3 + c],
					(7 * h + 13 * w + 101 * c + 29 * n) % 256,
				);
		}
	});

	test("may hold a single image, and other variables, compressed or not", async () => {
		for (const name of ["small", "mixed"]) {
			const { directory, result } = await get(fixture(name), fixture(name));
			const { verification } = await result;
			assert.equal(verification.files, 2);
			assert.deepEqual(readdirSync(join(directory, "test/0")), ["00000.png"]);
		}
	});
});

describe("a MAT file", () => {
	test("shows its numeric arrays and their values", async () => {
		const variables = await readMat(matFile(fixture("mixed")));
		assert.deepEqual(
			variables.map(({ name, dimensions, type }) => [name, dimensions, type]),
			[
				["X", [32, 32, 3], "uint8"],
				["y", [1, 1], "double"],
			],
		);
		assert.deepEqual(
			await readMatValues(variables[1] as (typeof variables)[1]),
			[10],
		);
	});

	const int32 = (...values: number[]) =>
		Buffer.from(Int32Array.from(values).buffer);
	/** A data element: type, size, data, padding. */
	const element = (type: number, data: Uint8Array) =>
		Buffer.concat([
			int32(type, data.length),
			data,
			// Compressed elements alone are not padded.
			Buffer.alloc(type === 15 ? 0 : -data.length & 7),
		]);
	const array = (
		name: string,
		dimensions: number[],
		type: number,
		data: Uint8Array,
	) =>
		element(
			14,
			Buffer.concat([
				element(6, int32(9, 0)),
				element(5, int32(...dimensions)),
				element(1, Buffer.from(name)),
				element(type, data),
			]),
		);
	const file = (...elements: Uint8Array[]) =>
		Buffer.concat([COMPRESSED.subarray(0, 128), ...elements]);
	const images = array("X", [32, 32, 3, 1], 2, Buffer.alloc(3072));
	const one = array("y", [1, 1], 2, Buffer.of(1));

	test("written by hand for the following cases is a right one", async () => {
		const { result } = await get(file(images, one));
		assert.equal((await result).verification.files, 11);
	});

	const flipped = Buffer.from(COMPRESSED);
	flipped[200] = (flipped[200] as number) ^ 0xff;
	const bigEndian = Buffer.from(COMPRESSED);
	bigEndian.write("MI", 126, "latin1");
	const cases: [string, Uint8Array, RegExp][] = [
		["is another file", Buffer.from("<html>"), /not a MAT file of level 5/],
		["is big-endian", bigEndian, /not a MAT file of level 5 in little-endian/],
		["is cut", COMPRESSED.subarray(0, -20), /ends within a data element/],
		[
			"is cut in a tag",
			Buffer.concat([COMPRESSED, Buffer.alloc(3)]),
			/ends within a data element/,
		],
		[
			"is damaged",
			flipped,
			/not a whole zlib stream|does not fit|ends in image/,
		],
		["has no labels", file(images), /lacks an array X of images or y/],
		[
			"has images of another size",
			file(array("X", [28, 28, 1, 1], 2, Buffer.alloc(784)), one),
			/images are 28 × 28 × 1 of uint8, not 32 × 32 × 3/,
		],
		...[
			[28, 32, 3],
			[32, 28, 3],
			[32, 32, 1],
		].map(
			([height = 0, width = 0, channels = 0]): [string, Uint8Array, RegExp] => [
				`has images of ${height} × ${width} × ${channels}`,
				file(
					array(
						"X",
						[height, width, channels, 1],
						2,
						Buffer.alloc(height * width * channels),
					),
					one,
				),
				new RegExp(
					`images are ${height} × ${width} × ${channels} of uint8, not`,
				),
			],
		),
		[
			"has images of another type",
			file(array("X", [32, 32, 3, 1], 4, Buffer.alloc(6144)), one),
			/of uint16, not/,
		],
		[
			"has fewer labels than images",
			file(array("X", [32, 32, 3, 2], 2, Buffer.alloc(6144)), one),
			/holds 2 images, but 1 labels/,
		],
		[
			"has an unknown label",
			file(images, array("y", [1, 1], 2, Buffer.of(11))),
			/label 0 is 11/,
		],
		[
			"has a label 0",
			file(images, array("y", [1, 1], 2, Buffer.of(0))),
			/label 0 is 10/,
		],
		[
			"promises more values than it has",
			file(array("X", [32, 32, 3, 9], 2, Buffer.alloc(3072)), one),
			/array X of 32 × 32 × 3 × 9 values does not fit its 3072 bytes/,
		],
		[
			"promises more than is compressed in it",
			file(element(15, deflateSync(images.subarray(0, -8))), one),
			/ends in image 0 of the 1/,
		],
	];
	for (const [what, content, message] of cases)
		test(`that ${what} is refused`, async () => {
			const { directory, result } = await get(content);
			await assert.rejects(result, { code: "BAD_FORMAT", message });
			assert.equal(existsSync(directory), false);
		});
});
