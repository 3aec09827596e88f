import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

/** What a process of the server's kind says after some work. */
async function run(script: string): Promise<unknown> {
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--input-type=module", "-e", script],
		{ cwd: import.meta.dirname },
	);
	return JSON.parse(stdout);
}

test("the space for new values stays as it begins, and what is no longer used is let go", async () => {
	const [before, after, used, collected] = (await run(`
		import { getHeapSpaceStatistics } from "node:v8";
		const { collectGarbage, keepNewSpaceSmall } = await import("./memory.ts");
		keepNewSpaceSmall();
		const size = () => getHeapSpaceStatistics()
			.find(({ space_name }) => space_name === "new_space").space_size;
		const before = size();
		let kept = [];
		for (let i = 0; i < 300_000; i++) kept.push({ text: "text " + i });
		const after = size();
		const used = process.memoryUsage().heapUsed;
		kept = [];
		// It may not keep a process alive.
		const alive = setTimeout(() => undefined, 60_000);
		await collectGarbage();
		clearTimeout(alive);
		console.log(JSON.stringify([before, after, used, process.memoryUsage().heapUsed]));
	`)) as number[];
	assert.ok(Number(after) <= 2 * Number(before), `${before} -> ${after}`);
	assert.ok(Number(collected) < Number(used) / 2, `${used} -> ${collected}`);
});
