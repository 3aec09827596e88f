import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "../../base/test-folder.ts";
import { render } from "./render.ts";

const encoding = { x: { field: "a", type: "quantitative" } };

test("a picture reads no file and asks no server, and says so", async () => {
	const file = join(temporaryFolder(), "rows.json");
	writeFileSync(file, '[{"a":1}]');
	let came = 0;
	const server = createServer((_, reply) => {
		came++;
		reply.end("[]");
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		for (const url of [
			file,
			pathToFileURL(file).href,
			`${address}/rows.json`,
			"rows.json",
		])
			await assert.rejects(
				render({ data: { url }, mark: "point", encoding }),
				/asks for .*give the rows as data\.values/,
			);
		for (const url of [`${address}/a.png`, file, "javascript:alert(1)"])
			await assert.rejects(
				render({
					data: { values: [{ a: 1 }] },
					mark: { type: "image", url, width: 9, height: 9 },
					encoding,
				}),
				/asks for/,
				url,
			);
		await assert.rejects(
			render({
				data: { values: [{ a: 1 }] },
				mark: "point",
				encoding: { ...encoding, href: { value: "javascript:alert(1)" } },
			}),
			/asks for/,
		);
		assert.equal(came, 0);
	} finally {
		server.close();
	}
	const { width } = await render({
		data: { values: [{ a: 1 }] },
		mark: "point",
		encoding,
	});
	assert.ok(width > 0);
});
