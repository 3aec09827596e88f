import assert from "node:assert/strict";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import type { RunResult } from "../experiment/record/guard/plan.ts";
import type { RunInfo, RunObserver } from "../experiment/record/observer.ts";
import { listRuns, statusOf } from "../experiment/record/store/store.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { session } from "../experiment/session.ts";
import { checkpoint, log, restore } from "./recording.ts";
import { type MultirunOptions, multirun, run } from "./run.ts";

const computed: string[] = [];
const notices: string[] = [];

/** A session whose code is a cell. */
function open(options: Parameters<typeof openTestSession>[0] = {}): string {
	const runs = openTestSession(options);
	inCell("body");
	const watch: RunObserver = {
		multirunNoticed: (_, { text }) => void notices.push(text),
	};
	session().observers.add(watch);
	return runs;
}

function inCell(code: string): void {
	session().source = { kind: "cell", text: `%dd multirun x\n${code}` };
}
after(() => {
	session().source = undefined;
});

/** What is computed of a multirun, what is said, and the digests of all. */
async function line(
	options: MultirunOptions,
	fails: (lr: unknown, repeat: number) => boolean = () => false,
) {
	computed.length = 0;
	notices.length = 0;
	let thrown: unknown;
	const results = await multirun(
		{ name: "x", ...options },
		({ lr }, { info: { repeat } }) => {
			computed.push(`${lr}/${repeat}`);
			if (fails(lr, repeat)) throw new Error("not yet");
			log({ score: Number(lr) * Math.random() });
		},
	).catch((error) => {
		thrown = error;
		return [];
	});
	return {
		computed: [...computed],
		notices: [...notices],
		digests: results.map(({ outcome }) => outcome.digest),
		thrown: thrown as Error | undefined,
	};
}

test("five repeats and then ten compute the second five", async () => {
	open();
	const params = { lr: 1 };
	await line({ params, n: 5 });
	const more = await line({ params, n: 10, resume: true });
	assert.deepEqual(more.computed, ["1/5", "1/6", "1/7", "1/8", "1/9"]);
	const [said = ""] = more.notices;
	assert.match(
		said,
		/^multirun x: 5 of 10 members are there \(5 of multirun [\da-f]{16}\), 5 to run$/,
	);
	open();
	const whole = await line({ params, n: 10 });
	assert.deepEqual(more.digests, whole.digests);
	assert.deepEqual(whole.notices, []);
});

test("a larger grid is the union: what is there is taken, single runs too", async () => {
	open();
	await line({ params: { lr: [1, 2] }, n: 1 });
	await run({ name: "x", params: { lr: 4 } }, ({ lr }) =>
		log({ score: lr * Math.random() }),
	);
	const more = await line({ params: { lr: [1, 2, 3, 4] }, n: 1, resume: true });
	assert.deepEqual(more.computed, ["3/0"]);
	assert.match(
		more.notices[0] ?? "",
		/3 of 4 members are there \(2 of multirun [\da-f]{16}, 1 single run\), 1 to run/,
	);
	open();
	const whole = await line({ params: { lr: [1, 2, 3, 4] }, n: 1 });
	assert.deepEqual(more.digests, whole.digests);
	const again = await line({ params: { lr: 3 }, n: 1, resume: true });
	assert.deepEqual(again.computed, []);
	assert.match(again.notices[0] ?? "", /1 of 1 member is there/);
});

test("the same line runs what failed, and that alone", async () => {
	open();
	const options = { params: { lr: [1, 2, 3] }, n: 1 };
	const first = await line(options, (lr) => lr === 2);
	assert.match(
		first.thrown?.message ?? "",
		/--resume \(resume: true\) computes those that failed alone/,
	);
	const second = await line({ ...options, resume: true });
	assert.deepEqual(second.computed, ["2/0"]);
	assert.equal(second.digests.length, 3);
});

test("members that finished by other code are kept, or computed again, as somebody says", async () => {
	open();
	const options = { params: { lr: [1, 2, 3] }, n: 1 };
	await line(options, (lr) => lr === 3);
	inCell("mended");
	const asks = await line({ ...options, resume: true });
	assert.deepEqual(asks.computed, []);
	assert.match(
		asks.thrown?.message ?? "",
		/^2 of 3 members of multirun x finished by other code than now \(runs [\da-f]{8}, [\da-f]{8}\); say what to do with them: --code keep \(code: "keep"\) takes them as they are, --code redo \(code: "redo"\) computes them again$/,
	);
	const keeps = await line({ ...options, resume: true, code: "keep" });
	assert.deepEqual(keeps.computed, ["3/0"]);
	assert.match(
		keeps.notices[0] ?? "",
		/2 of 3 members are there \(2 by other code\), 1 to run/,
	);
	const redoes = await line({ ...options, resume: true, code: "redo" });
	assert.deepEqual(redoes.computed, ["1/0", "2/0"]);
	const rests = await line({ ...options, resume: true });
	assert.deepEqual(rests.computed, [], "all are by the code of now");
	inCell("body");
	const former = await line({ ...options, resume: true, code: "redo" });
	assert.deepEqual(former.computed, ["3/0"], "the first two are there, too");
});

test("a member that diverged is told as when it was computed, and not computed again", async () => {
	open();
	const loses = (resume: boolean, fail: "continue" | "fast" = "continue") => {
		const computed: unknown[] = [];
		notices.length = 0;
		return multirun(
			{ name: "x", params: { lr: [1, 2, 3] }, n: 1, resume, fail },
			({ lr }) => {
				computed.push(lr);
				log({ loss: lr === 2 ? Number.NaN : lr });
			},
		).then(
			() => assert.fail("none diverged"),
			(error) => ({ error, computed }),
		);
	};
	const first = await loses(false);
	assert.deepEqual(first.computed, [1, 2, 3]);
	assert.match(
		first.error.message,
		/^1 of 3 runs of multirun x diverged.*\n {2}run [\da-f]{8} \(lr=2, repeat 0\): DivergedError: loss became NaN.*\nwhat diverged would diverge again.*--resume takes it as it is/,
	);
	const again = await loses(true);
	assert.deepEqual(again.computed, []);
	assert.match(notices[0] ?? "", /3 of 3 members are there \(1 diverged\)/);
	assert.equal(again.error.message, first.error.message);
	assert.deepEqual(
		again.error.results.map(({ run }: RunResult<unknown>) => run.params.lr),
		[1, 3],
	);
	const fast = await loses(true, "fast");
	assert.equal(fast.error.name, "DivergedError");
	assert.deepEqual(fast.computed, []);
});

test("members that failed and those that diverged are told apart", async () => {
	open();
	const { message } = await multirun(
		{ name: "x", params: { lr: [1, 2] }, n: 1 },
		({ lr }) => {
			if (lr === 1) throw new Error("not yet");
			log({ loss: Number.POSITIVE_INFINITY });
		},
	).then(
		() => assert.fail("none failed"),
		(error) => error as Error,
	);
	assert.match(
		message,
		/^2 of 2 runs of multirun x failed, 1 of them diverged;/,
	);
	assert.match(
		message,
		/--resume \(resume: true\) computes those that failed alone\nwhat diverged would diverge again/,
	);
});

test("what finished counts, whatever came after it", async () => {
	open();
	const options = { params: { lr: [1, 2] }, n: 1 };
	await line(options);
	await line(options, () => true);
	const { computed: none } = await line({ ...options, resume: true });
	assert.deepEqual(none, []);
});

test("the command line resumes all multiruns of a session, and says what of other code is for", async () => {
	const options = { params: { lr: [1, 2] }, n: 1 };
	open({ resume: true });
	assert.deepEqual((await line(options)).computed, ["1/0", "2/0"]);
	assert.deepEqual((await line(options)).computed, []);
	inCell("other");
	assert.match((await line(options)).thrown?.message ?? "", /--code keep/);
	const { DEEPDIVA_RUNS } = process.env;
	open({ resume: true, code: "redo" });
	process.env.DEEPDIVA_RUNS = DEEPDIVA_RUNS;
	inCell("other");
	assert.deepEqual((await line(options)).computed, ["1/0", "2/0"]);
	const wins = await line({ ...options, code: "never" as "keep" });
	assert.equal(wins.thrown, undefined);
});

/** What the body of a run finds of its checkpoint, which it keeps before it fails where it found none. */
async function goOn(found: number[]): Promise<void> {
	const state = { sum: { value: 0 } };
	found.push(await restore(state));
	if (found.at(-1) !== 0) return;
	await checkpoint(1, state);
	throw new Error("stopped");
}

test("the command line resumes single runs where they have not finished", async () => {
	open({ resume: true });
	const found: number[] = [];
	const begin = () =>
		run({ name: "single", params: { lr: 1 } }, () => goOn(found));
	await assert.rejects(begin(), /stopped/);
	await begin();
	assert.deepEqual(found, [0, 1], "it goes on from its checkpoint");
	await assert.rejects(begin(), /stopped/);
	assert.deepEqual(
		found,
		[0, 1, 0],
		"what has finished begins anew: what comes after it may need its value",
	);
});

test("a run or member that stopped under other code begins at its beginning", async () => {
	const found: number[] = [];
	const ways = [
		() => run({ name: "x", params: { lr: 1 } }, () => goOn(found)),
		() => multirun({ name: "x", params: { lr: 1 }, n: 1 }, () => goOn(found)),
	];
	for (const begin of ways) {
		open({ resume: true });
		found.length = 0;
		await assert.rejects(begin(), /stopped/);
		inCell("mended");
		await assert.rejects(begin(), /stopped/);
		assert.deepEqual(found, [0, 0], "another code's checkpoint is none");
		await begin();
		assert.deepEqual(found, [0, 0, 1]);
	}
});

test("a policy about code that there is not is refused", async () => {
	open();
	await assert.rejects(
		multirun({ name: "x", n: 1, code: "maybe" as "keep" }, () => undefined),
		/code is "keep" or "redo", not "maybe"/,
	);
});

test("a member that another process failed since is told as failed, and not tried again", async () => {
	open();
	const options = { name: "x", params: { lr: [1, 2] }, n: 1 };
	// While the first member is computed, somebody else fails at the second.
	const attempts: number[] = [];
	const failing = async (lr: number) => {
		attempts.push(lr);
		if (attempts.length > 1) return;
		await run({ name: "x", params: { lr: 2 } }, () => {
			throw new Error("elsewhere");
		}).catch(() => undefined);
	};
	await assert.rejects(
		multirun({ ...options, resume: true }, ({ lr }) => failing(lr)),
		/1 of 2 runs of multirun x failed.*\n.*lr=2.*Error: elsewhere/,
	);
	assert.deepEqual(attempts, [1]);
});

/** Calls `before` with each path that is about to be opened, while something is done. */
async function whileOpening<T>(
	before: (path: string) => void,
	work: () => Promise<T>,
): Promise<T> {
	const { openSync } = fs;
	fs.openSync = ((path: string, ...rest: [never]) => {
		before(path);
		return openSync(path, ...rest);
	}) as typeof openSync;
	syncBuiltinESMExports();
	try {
		return await work();
	} finally {
		fs.openSync = openSync;
		syncBuiltinESMExports();
	}
}

const recordOf = (run: RunInfo) => join(run.directory, "run.json");

test("a member that another process seals meanwhile is in the results, whenever that is", async () => {
	const params = { lr: [1, 2, 3] };
	/** @returns whether the record was opened as often, so that it was sealed then */
	const sealsAt = async (opening: number): Promise<boolean> => {
		open();
		const running = new Map<string, string>();
		const members = await multirun(
			{ name: "x", params, n: 1 },
			({ lr }, run) => {
				const path = recordOf(run.info);
				if (lr === 2) running.set(path, fs.readFileSync(path, "utf8"));
			},
		);
		const [[path = "", text = ""] = []] = running;
		const sealed = fs.readFileSync(path, "utf8");
		// As long as it is being computed by somebody.
		fs.writeFileSync(path, text);
		let openings = 0;
		const results = await whileOpening(
			(opened) => {
				if (opened === path && ++openings === opening)
					fs.writeFileSync(path, sealed);
			},
			() =>
				multirun({ name: "x", params, n: 1, resume: true }, () => undefined),
		);
		assert.deepEqual(
			results.map(({ run }) => run.params.lr),
			params.lr,
			`sealed before opening ${opening}`,
		);
		assert.equal(members.length, 3);
		return openings >= opening;
	};
	let opening = 1;
	while (await sealsAt(opening)) opening++;
	assert.ok(opening > 3, `it was opened ${opening - 1} times`);
});

test("each record is read once, however many members there are", async () => {
	const runs = open();
	const reads = async (n: number) => {
		const options = { params: { lr: 1 }, n };
		await line({ ...options, resume: true });
		let count = 0;
		const { computed } = await whileOpening(
			(path) => {
				if (path.endsWith("run.json")) count++;
			},
			() => line({ ...options, resume: true }),
		);
		assert.deepEqual(computed, []);
		return count;
	};
	assert.deepEqual([await reads(10), await reads(40)], [10, 40]);
	assert.equal(
		listRuns(runs).runs.filter((one) => statusOf(one) === "finished").length,
		40,
	);
});
