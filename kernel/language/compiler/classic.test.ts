/** The promises of the type service, kept by TypeScript 6; and one of its thread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createTypeService } from "../service.ts";

process.env.DEEPDIVA_TYPES = "classic";
await import("../service.test.ts");

test("while it checks, the thread that asked goes on", async () => {
	const types = createTypeService({ cwd: import.meta.dirname });
	let isAnswered = false;
	const answer = types.diagnostics("const n: number = 's'").finally(() => {
		isAnswered = true;
	});
	let turns = 0;
	while (!isAnswered) {
		turns++;
		await setImmediate();
	}
	assert.deepEqual(
		(await answer).map(({ code }) => code),
		[2322],
	);
	assert.ok(turns > 100, `${turns} turns`);
	await types.dispose();
});
