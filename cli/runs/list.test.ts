import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { configureSession } from "../../experiment/session.ts";
import { answerHere } from "../../test/command-line.ts";
import { MultirunError } from "../../training/members.ts";
import { multirun } from "../../training/run.ts";

openTestSession();
await recordRun((run) => run.log({ loss: 1 }), { experiment: "alone" });
const params = { lr: [0.1, 0.2], units: 8 };
await assert.rejects(
	multirun({ name: "grid", n: 2, params, git: "ignore" }, ({ lr }, run) => {
		run.log({ accuracy: run.info.repeat === 0 ? lr : 0.5 });
		if (lr === 0.2 && run.info.repeat === 1) throw new Error("no");
	}),
	MultirunError,
);
await multirun({ name: "repeated", n: 2, git: "ignore" }, (_, run) =>
	run.log({ accuracy: run.info.repeat === 0 ? 0.2 : 0.4 }),
);
configureSession({ rootSeed: "42", member: 0 });
await multirun({ name: "begun", n: 3, git: "ignore" }, (_, run) =>
	run.log({ loss: 2 }),
);

async function lines(...options: readonly string[]): Promise<string[]> {
	const { status, stdout } = await answerHere(["runs", ...options], {
		cwd: process.cwd(),
	});
	assert.equal(status, 0);
	return stdout.trimEnd().split("\n").slice(2);
}

suite("deepdiva runs", () => {
	test("has a row for each multirun: how many finished, what varies, and the range of the points' means", async () => {
		const [alone = "", grid = "", repeated = "", begun = "", ...more] =
			await lines();
		assert.deepEqual(more, []);
		assert.match(alone, /^[0-9a-f]{8} .* alone +finished +42 .* loss=1$/);
		assert.match(
			grid,
			/^[0-9a-f]{16} .* grid +3\/4 finished, 1 failed +42 +lr=0\.1,0\.2 × 2 +accuracy=0\.2000 to 0\.3000 \(means of 2 points\)$/,
		);
		assert.match(repeated, /2\/2 finished +42 +× 2 +accuracy=0\.3000 ± 0\.14$/);
		assert.match(begun, / begun +1\/3 finished +42 +× 3 +loss=2$/);
	});

	test("has a row for each run with --members, and where a condition or an order is about runs", async () => {
		assert.equal((await lines("--members")).length, 8);
		const chosen = await lines("--where", "experiment=grid");
		assert.equal(chosen.length, 4);
		assert.match(chosen[3] ?? "", / grid +failed /);
		const sorted = await lines("--sort", "-accuracy");
		assert.match(sorted[0] ?? "", /accuracy=0\.5000$/);
		assert.equal(sorted.length, 8);
	});

	test("has every run, whole, with --json", async () => {
		const { stdout } = await answerHere(["runs", "--json"], {
			cwd: process.cwd(),
		});
		const records = JSON.parse(stdout);
		assert.equal(records.length, 8);
		assert.ok(records.every((one: object) => "seal" in one && "files" in one));
	});
});
