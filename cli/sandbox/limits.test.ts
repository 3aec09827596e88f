import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { launchPlainly } from "../../kernel/protocol/launch.ts";
import { DEFAULT_LIMITS, type Limits, MEBIBYTE, Watch } from "./limits.ts";

/** What of a child is too much, and what is said of it. */
const HOSTILE: [string, Partial<Limits>, string, RegExp][] = [
	[
		"time",
		{ milliseconds: 300 },
		"for (;;);",
		/^it ran longer than 0\.005 minutes, the limit \(--time-limit\), and was ended$/,
	],
	[
		"memory",
		{ memoryBytes: 200 * MEBIBYTE },
		"const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 23, 1)), 5);",
		/^it used more than 200 MB of memory/,
	],
	[
		"memory of a child's child",
		{ memoryBytes: 200 * MEBIBYTE },
		'require("node:child_process").spawn(process.execPath, ["-e", "const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 23, 1)), 5)"]);',
		/^it used more than 200 MB of memory/,
	],
	[
		"processes",
		{ processes: 5 },
		'for (let i = 0; i < 8; i++) require("node:child_process").spawn("sleep", ["1000"]);',
		/^it had more than 5 processes at once/,
	],
	[
		"space on the disk",
		{ diskBytes: 8 * MEBIBYTE },
		'setInterval(() => require("node:fs").writeFileSync(process.argv[1] + "/" + performance.now(), Buffer.alloc(2 ** 20, 1)), 50);',
		/^it wrote more than 8 MB/,
	],
];

/** A child in a group of its own, as the engine is one, until it has ended. */
async function watched(
	code: string,
	limits: Partial<Limits>,
): Promise<string | undefined> {
	const folder = temporaryFolder();
	const watch = new Watch(
		{ ...DEFAULT_LIMITS, ...limits },
		false,
		launchPlainly.prepare,
	);
	watch.allow([folder]);
	const child = spawn(process.execPath, ["-e", code, folder], {
		detached: true,
		stdio: "ignore",
	});
	watch.started(child);
	const hung = setTimeout(() => child.kill("SIGKILL"), 120_000);
	await once(child, "close");
	clearTimeout(hung);
	watch.close();
	rmSync(join(folder), { recursive: true, force: true });
	return watch.reached;
}

for (const [what, limits, code, said] of HOSTILE)
	test(`code that takes too much ${what} is ended, and the limit is named`, async () => {
		assert.match(String(await watched(code, limits)), said);
	});

test("code within its limits ends by itself, and no more is started once a limit was reached", async () => {
	assert.equal(await watched("setTimeout(() => 0, 500)", {}), undefined);
	const watch = new Watch(
		{ ...DEFAULT_LIMITS, milliseconds: 1 },
		false,
		launchPlainly.prepare,
	);
	const child = spawn("sleep", ["1000"], { detached: true });
	watch.started(child);
	await once(child, "close");
	watch.close();
	const again = { file: "true", args: [], cwd: "/", variables: {} };
	assert.throws(() => watch.prepare(again), /the limit/);
});
