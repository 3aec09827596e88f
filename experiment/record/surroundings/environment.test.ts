import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";

test("the environment names engine, flags, machine, locale and what changes a computation", () => {
	const described = JSON.parse(
		execFileSync(
			process.execPath,
			[
				"--disable-warning=ExperimentalWarning",
				"--max-old-space-size=200",
				"--input-type=module",
				"--eval",
				`import { describeEnvironment, noteEnvironment } from ${JSON.stringify(new URL("./environment.ts", import.meta.url).href)};
				noteEnvironment("backend", { name: "wasm", threads: 1 });
				console.log(JSON.stringify(describeEnvironment()));`,
			],
			{
				encoding: "utf8",
				cwd: temporaryFolder(),
				env: {
					PATH: process.env.PATH,
					TZ: "Asia/Tokyo",
					LC_ALL: "C",
					NODE_OPTIONS: "--stack-trace-limit=9",
					TF_ENABLE_ONEDNN_OPTS: "0",
					HOME: "/nowhere",
				},
			},
		),
	) as Record<string, unknown>;
	assert.deepEqual(described.variables, {
		LC_ALL: "C",
		NODE_OPTIONS: "--stack-trace-limit=9",
		TF_ENABLE_ONEDNN_OPTS: "0",
		TZ: "Asia/Tokyo",
	});
	for (const name of ["node", "v8", "icu", "openssl", "tz", "unicode"])
		assert.equal(described[name], process.versions[name]);
	assert.ok((described.flags as string[]).includes("--max-old-space-size=200"));
	assert.equal(described.timeZone, "Asia/Tokyo");
	assert.deepEqual(described.backend, { name: "wasm", threads: 1 });
	assert.equal(typeof described.cpu, "string");
	assert.ok((described.packages as Record<string, unknown>).deepdiva);
});
