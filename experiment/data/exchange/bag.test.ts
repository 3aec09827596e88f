import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { verifyData } from "../verify.ts";
import { writeBag } from "./bag.ts";
import { bagProblems } from "./test-bag.ts";

const FILES = {
	"train/cat/1.png": "a cat",
	"train/dog/1.png": "a dog",
	"a list.csv": "1,2,3",
	"é/😀": "",
};

async function bagOf(files: Record<string, string>) {
	const folder = join(temporaryFolder(), "pets");
	mkdirSync(folder);
	writeFiles(folder, files);
	const out = join(folder, "..", "bag");
	const bag = await writeBag(await verifyData(folder), out);
	return { folder, out, bag };
}

describe("a bag", () => {
	test("has what RFC 8493 asks for, and sha256sum -c checks it", async () => {
		const { folder, out, bag } = await bagOf(FILES);
		assert.deepEqual(bagProblems(out), []);
		assert.deepEqual(readdirSync(out).sort(), [
			"bag-info.txt",
			"bagit.txt",
			"data",
			"manifest-sha256.txt",
			"tagmanifest-sha256.txt",
		]);
		for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
			execFileSync("sha256sum", ["--strict", "-c", manifest], { cwd: out });
		assert.equal(
			readFileSync(join(out, "data/train/cat/1.png"), "utf8"),
			"a cat",
		);
		assert.match(
			readFileSync(join(out, "bag-info.txt"), "utf8"),
			/^Payload-Oxum: 15\.4$/m,
		);
		assert.deepEqual(
			{ ...bag, path: "" },
			{
				path: "",
				files: 4,
				bytes: 15,
				encodedNames: 0,
			},
		);
		// The data of the bag are the data: their manifest is the same.
		rmSync(`${folder}.manifest-sha256.stat.json`);
		const { root } = await verifyData(folder);
		assert.equal((await verifyData(join(out, "data"))).root, root);
	});

	test("writes a percent sign and line ends in names as RFC 8493 says, which sha256sum cannot read, and says how many", async () => {
		const { out, bag } = await bagOf({
			"100%.txt": "1",
			"%0A": "2",
			"line\nfeed": "3",
			"carriage\rreturn": "4",
			"back\\slash": "5",
		});
		assert.deepEqual(bagProblems(out), []);
		assert.equal(bag.encodedNames, 4);
		assert.deepEqual(
			readFileSync(join(out, "manifest-sha256.txt"), "utf8")
				.trimEnd()
				.split("\n")
				.map((line) => line.slice(66)),
			[
				"data/%250A",
				"data/100%25.txt",
				"data/back\\slash",
				"data/carriage%0Dreturn",
				"data/line%0Afeed",
			],
		);
	});

	test("holds what links lead to, and may be empty", async () => {
		const folder = join(temporaryFolder(), "linked");
		writeFiles(folder, { "one.txt": "one" });
		symlinkSync("one.txt", join(folder, "link.txt"));
		const out = join(folder, "..", "bag");
		await writeBag(await verifyData(folder), out);
		assert.deepEqual(bagProblems(out), []);
		rmSync(folder, { recursive: true });
		assert.equal(readFileSync(join(out, "data/link.txt"), "utf8"), "one");
		assert.deepEqual(bagProblems((await bagOf({})).out), []);
	});

	test("does not change when the data are edited in place", async () => {
		const { folder, out } = await bagOf(FILES);
		appendFileSync(join(folder, "a list.csv"), ",4");
		assert.deepEqual(bagProblems(out), []);
	});

	test("is refused of changed data, over something, or in its own source, and leaves nothing behind", async () => {
		const { folder, out } = await bagOf(FILES);
		const found = await verifyData(folder);
		await assert.rejects(writeBag(found, out), { code: "EXISTS" });
		await assert.rejects(writeBag(found, join(folder, "bag")), {
			code: "BAD_ARGUMENT",
			message: /elsewhere/,
		});
		const other = join(folder, "..", "other");
		appendFileSync(join(folder, "a list.csv"), ",4");
		await assert.rejects(writeBag(found, other), {
			code: "CHANGING",
			message: /a list\.csv/,
		});
		await assert.rejects(writeBag(await verifyData(folder), other), {
			code: "CHANGED",
		});
		rmSync(join(folder, "a list.csv"));
		await assert.rejects(writeBag(found, other), { code: "CHANGING" });
		assert.deepEqual(
			readdirSync(join(folder, "..")).filter((name) => /other|tmp/.test(name)),
			[],
		);
	});
});

describe("the bag reader of these tests refuses a bag", () => {
	const rewrite = (name: string, edit: (text: string) => string) => {
		return (bag: string) => {
			const path = join(bag, name);
			writeFileSync(path, edit(readFileSync(path, "utf8")));
		};
	};
	const breaches: Record<string, (bag: string) => void> = {
		"2.1.1 there is a bagit.txt": (bag) => rmSync(join(bag, "bagit.txt")),
		"2.1.1 bagit.txt has exactly two lines: version and encoding": rewrite(
			"bagit.txt",
			(text) => `${text}Extra: 1\n`,
		),
		"2.1.1 the version is 1.0": rewrite("bagit.txt", (text) =>
			text.replace("1.0", "0.97"),
		),
		"2.1.2 there is a payload directory data/": (bag) =>
			renameSync(join(bag, "data"), join(bag, "payload")),
		"2.1.3 there is a payload manifest": (bag) =>
			rmSync(join(bag, "manifest-sha256.txt")),
		"2.4 an algorithm's name is lower case without punctuation, and known here":
			(bag) =>
				copyFileSync(
					join(bag, "manifest-sha256.txt"),
					join(bag, "manifest-SHA-256.txt"),
				),
		"2.3 tag files are UTF-8 without a byte order mark": rewrite(
			"bag-info.txt",
			(text) => `\ufeff${text}`,
		),
		"2.3 every line of a tag file is terminated": rewrite(
			"bag-info.txt",
			(text) => text.trimEnd(),
		),
		"2.1.3 a line is a checksum, white space, a path": rewrite(
			"manifest-sha256.txt",
			(text) => text.replace(/^(\S+) +/, "$1:"),
		),
		"2.1.3 a percent sign in a path begins %25, %0A or %0D": rewrite(
			"manifest-sha256.txt",
			(text) => text.replace("a list", "a%20list"),
		),
		"2.1.3 a payload manifest stays within data/, with / between the parts":
			rewrite("manifest-sha256.txt", (text) =>
				text.replace("data/a list", "data\\a list"),
			),
		"2.1.3 a manifest lists no directory": rewrite(
			"manifest-sha256.txt",
			(text) => text.replace("train/cat/1.png", "train/cat"),
		),
		"2.1.3 a manifest lists a file once": rewrite(
			"manifest-sha256.txt",
			(text) => `${text}${text.split("\n")[0]}\n`,
		),
		"2.2.1 a tag manifest lists no payload": rewrite(
			"tagmanifest-sha256.txt",
			(text) => text.replace("bagit.txt", "data/a list.csv"),
		),
		"2.2.1 a tag manifest lists no tag manifest": rewrite(
			"tagmanifest-sha256.txt",
			(text) => text.replace("bagit.txt", "tagmanifest-sha256.txt"),
		),
		"2.2.1 a tag manifest lists every payload manifest": rewrite(
			"tagmanifest-sha256.txt",
			(text) => text.replace(/.* manifest-sha256\.txt\n/, ""),
		),
		"2.2.2 an element is a label, a colon, one white space, a value": rewrite(
			"bag-info.txt",
			(text) => text.replace("Date: ", "Date:"),
		),
		"2.2.2 Payload-Oxum is there at most once": rewrite(
			"bag-info.txt",
			(text) => `${text}Payload-Oxum: 15.4\n`,
		),
		"2.2.2 Payload-Oxum is the number of bytes, a full stop, the number of files":
			rewrite("bag-info.txt", (text) => text.replace("15.4", "15.5")),
		"3 every file listed is present": (bag) =>
			rmSync(join(bag, "data/a list.csv")),
		"3 every payload file is listed in every payload manifest": (bag) =>
			writeFileSync(join(bag, "data/new"), ""),
		"3 every checksum holds": (bag) =>
			writeFileSync(join(bag, "data/a list.csv"), "1,2,4"),
	};
	for (const [rule, act] of Object.entries(breaches))
		test(`where this does not hold: ${rule}`, async () => {
			const { out } = await bagOf(FILES);
			act(out);
			assert.ok(bagProblems(out).includes(rule), bagProblems(out).join("\n"));
		});

	test("by exactly these rules", () => {
		const source = readFileSync(
			new URL("./test-bag.ts", import.meta.url),
			"utf8",
		);
		const rules = [...source.matchAll(/must\(\s*"([^"]+)"/g)].map(
			([, rule]) => rule,
		);
		assert.deepEqual([...new Set(rules)].sort(), Object.keys(breaches).sort());
	});
});

test("a bag may lie beside its source under a name that begins like it", async () => {
	const folder = join(temporaryFolder(), "pets");
	writeFiles(folder, FILES);
	const out = `${folder}-bag`;
	await writeBag(await verifyData(folder), out);
	assert.deepEqual(bagProblems(out), []);
});
