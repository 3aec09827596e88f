import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { download } from "./download.ts";
import { type Handler, mirror, serve } from "./test-mirror.ts";

const content = Buffer.from(Array.from({ length: 100 }, (_, k) => k));
const file = {
	name: "set.bin",
	bytes: content.length,
	sha256: createHash("sha256").update(content).digest("hex"),
};

/** Downloads where `part` lies already; returns what the server was asked for. */
async function downloaded(handler: Handler, part?: Uint8Array) {
	const folder = temporaryFolder();
	const target = join(folder, file.name);
	if (part) writeFiles(folder, { "set.bin.part": part });
	const { address, log } = await mirror({ [file.name]: content }, handler);
	// It must not ask for ever.
	const signal = AbortSignal.timeout(60_000);
	await download(file, [address], target, { signal });
	assert.deepEqual(readFileSync(target), content);
	assert.ok(!existsSync(`${target}.part`));
	return log.map((line) => line.replace("set.bin ", ""));
}

test("a kept part that is longer than the file is of no use, so all of it is asked for", async () => {
	assert.deepEqual(await downloaded(serve, Buffer.alloc(101)), ["whole"]);
});

test("a server that sends another range than it was asked for is asked for the whole", async () => {
	const wrong: Handler = (bytes, request, response) => {
		if (!request.headers.range) return serve(bytes, request, response);
		response.writeHead(206, { "content-range": "bytes 10-99/100" });
		response.end(bytes.subarray(10));
	};
	assert.deepEqual(await downloaded(wrong, content.subarray(0, 20)), [
		"bytes=20-",
		"whole",
	]);
});

test("a connection that breaks again and again is taken up as long as it brings something", async () => {
	const breaking: Handler = (bytes, request, response) => {
		const start = Number(/\d+/.exec(request.headers.range ?? "0")?.[0]);
		response.writeHead(start > 0 ? 206 : 200, {
			"content-length": bytes.length - start,
			...(start > 0 && { "content-range": `bytes ${start}-99/100` }),
		});
		response.write(bytes.subarray(start, start + 20), () =>
			start < 80 ? response.destroy() : response.end(),
		);
	};
	assert.deepEqual(await downloaded(breaking), [
		"whole",
		"bytes=20-",
		"bytes=40-",
		"bytes=60-",
		"bytes=80-",
	]);
});
