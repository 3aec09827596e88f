import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type BackendName, useBackend } from "./backend.ts";
import * as tf from "./tf.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-backend-"));
after(() => {
	rmSync(folder, { recursive: true });
	return useBackend("wasm");
});

const file = (name: string) =>
	new URL(`./${name}${/\.\w+$/.exec(import.meta.url)?.[0]}`, import.meta.url)
		.href;

test("wasm is the default, with SIMD and one thread", async () => {
	const { numerics, ...info } = await useBackend();
	assert.deepEqual(info, {
		name: "wasm",
		version: "4.22.0",
		simd: true,
		threads: 1,
	});
	assert.match(numerics, /^[0-9a-f]{16}$/);
	assert.equal(tf.getBackend(), "wasm");
});

test("wasm starts whatever the working directory is", () => {
	const printed = execFileSync(
		process.execPath,
		[
			"--input-type=module",
			"-e",
			`import * as tf from ${JSON.stringify(file("tf"))};
			console.log(tf.getBackend(), tf.scalar(2).mul(21).dataSync()[0]);`,
		],
		{ cwd: folder, encoding: "utf8" },
	);
	assert.equal(printed, "wasm 42\n");
});

test("a backend chosen before tf is imported stays, and cpu prints no advertisement", () => {
	const printed = execFileSync(
		process.execPath,
		[
			"--input-type=module",
			"-e",
			`const { useBackend } = await import(${JSON.stringify(file("backend"))});
			await useBackend("cpu");
			const tf = await import(${JSON.stringify(file("tf"))});
			console.log(tf.getBackend(), tf.scalar(2).mul(21).dataSync()[0]);`,
		],
		{ cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
	);
	assert.equal(printed, "cpu 42\n");
});

test("a native backend that is not installed is answered with the command that installs it", async () => {
	const table: [BackendName, RegExp][] = [
		["node", /npm install @tensorflow\/tfjs-node@4\.22\.0/],
		["gpu", /npm install @tensorflow\/tfjs-node-gpu@4\.22\.0/],
	];
	for (const [name, message] of table) {
		await assert.rejects(useBackend(name, folder), message);
		assert.equal(tf.getBackend(), "wasm");
	}
});

test("a native backend is looked up from the caller's folder, and one that does not load says why", async () => {
	const place = join(folder, "node_modules/@tensorflow/tfjs-node");
	mkdirSync(place, { recursive: true });
	writeFileSync(
		join(place, "index.js"),
		`if (!require("util").isNullOrUndefined(undefined)) throw new Error("no util");
		throw new Error("libtensorflow.so.2: cannot open shared object file");`,
	);
	await assert.rejects(
		useBackend("node", folder),
		/tfjs-node at .*index\.js does not load: libtensorflow\.so\.2.*npm rebuild/s,
	);
});

test("an unknown backend is answered with those that exist", async () => {
	await assert.rejects(
		useBackend("webgl" as BackendName),
		/"webgl".*wasm, cpu, node, gpu/,
	);
});
