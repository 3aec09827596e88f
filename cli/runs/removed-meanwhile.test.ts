import assert from "node:assert/strict";
import fs, { cpSync, existsSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { type Answer, answerHere } from "../../test/command-line.ts";

openTestSession();
const [first, second, third] = [
	await recordRun((run) => run.log({ loss: 1 })),
	await recordRun((run) => run.log({ loss: 2 })),
	await recordRun((run) => run.log({ loss: 3 })),
];
const rest = [first, second].map(({ record }) => record.id);
const saved = join(process.cwd(), "saved");
cpSync(third.directory, saved, { recursive: true });

/** What a command of `deepdiva runs` says where the third run is removed before a record is opened for the nth time. */
async function ask(nth: number, ...words: string[]): Promise<Answer> {
	const { openSync } = fs;
	let opened = 0;
	fs.openSync = ((...given: Parameters<typeof openSync>) => {
		if (String(given[0]).endsWith("run.json") && ++opened === nth)
			rmSync(third.directory, { recursive: true });
		return openSync(...given);
	}) as typeof openSync;
	syncBuiltinESMExports();
	try {
		return await answerHere(["runs", ...words], { cwd: process.cwd() });
	} finally {
		fs.openSync = openSync;
		syncBuiltinESMExports();
		assert.ok(!existsSync(third.directory));
		cpSync(saved, third.directory, { recursive: true });
	}
}

const LEFT_OUT = `deepdiva: run ${third.record.id} was removed meanwhile, and is left out\n`;
/** Three records are opened for the list. */
const AFTER_THE_LIST = 4;
const where = ["--where", "experiment=test"];

suite("a run that somebody removes meanwhile", () => {
	test("is left out of the list, as if it had been removed before", async () => {
		const { status, stdout, stderr } = await ask(1);
		assert.deepEqual([status, stderr], [0, ""]);
		assert.equal(stdout.trimEnd().split("\n").length, 2 + rest.length);
	});

	test("is left out of what is read afterwards, and told on standard error", async () => {
		const list = await ask(AFTER_THE_LIST, "--json");
		assert.deepEqual([list.status, list.stderr], [0, LEFT_OUT]);
		const ids = JSON.parse(list.stdout).map(({ id }: { id: string }) => id);
		assert.deepEqual(ids, rest);

		const compared = await ask(AFTER_THE_LIST, "compare", ...where, "--json");
		assert.deepEqual([compared.status, compared.stderr], [0, LEFT_OUT]);
		assert.deepEqual(JSON.parse(compared.stdout).runs, rest);

		const exported = await ask(AFTER_THE_LIST, "export", ...where, "-o", "out");
		assert.deepEqual([exported.status, exported.stderr], [0, LEFT_OUT]);
		assert.equal(exported.stdout, "wrote 2 runs to out\n");
	});

	test("is missed by an export that was about to copy it, which leaves nothing behind", async () => {
		const verifying = AFTER_THE_LIST + 3;
		const { status, stderr } = await ask(
			verifying,
			...["export", ...where, "-o", "cut"],
		);
		assert.equal(status, 2);
		assert.match(stderr, /is not a run: .*run\.json cannot be read \(ENOENT\)/);
		assert.equal(existsSync("cut"), false);
	});

	test("is missed where it was named", async () => {
		const { status, stderr } = await ask(1, "show", third.record.id);
		assert.equal(status, 2);
		assert.match(stderr, /there is no run/);
	});
});
