import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { KeyboardInterrupt } from "../base/errors.ts";
import { NO_LEAKS } from "../experiment/leaks/report.ts";
import type { MultirunInfo } from "../experiment/record/observer.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { session } from "../experiment/session.ts";
import type {
	ComputedMember,
	WorkerListener,
} from "../experiment/sweep/workers.ts";
import { multirun } from "./run.ts";

afterEach(() => {
	session().source = undefined;
});

/** What a worker does that was given a member. */
type Act = (
	member: ComputedMember,
	listener: WorkerListener,
	index: number,
) => void;

const soon = (act: () => void) => void setTimeout(act, 1);

/** Computes a multirun, all but its last member in workers that do as told. */
async function compute(
	{ n, jobs }: { n: number; jobs: number },
	act: Act,
	interrupted: (listener: WorkerListener) => void = () => {},
): Promise<{ values: unknown[]; started: number }> {
	let started = 0;
	let info: MultirunInfo | undefined;
	session().observers.add({
		multirunStarted: (of) => {
			info = of;
		},
	});
	const memberOf = (index: number): ComputedMember => ({
		run: {
			...{ id: `0000000${index}`, recorded: true, experiment: "x", params: {} },
			...{ rootSeed: "42", seed: "", repeat: index },
			multirun: { ...(info as MultirunInfo), index },
			directory: `/of/${index}`,
		},
		outcome: {
			...{ status: "finished", metrics: {}, data: {}, digest: "" },
			...{ leaks: NO_LEAKS, onLeak: "ignore", milliseconds: 0 },
		},
		value: index,
	});
	session().workers = async () => (_, listener) => {
		started++;
		soon(() => listener.idle());
		return {
			compute: (index) => act(memberOf(index), listener, index),
			interrupt: () => interrupted(listener),
			close: async () => {},
		};
	};
	const results = await multirun({ name: "x", n, jobs }, () => "here");
	return { values: results.map(({ value }) => value), started };
}

test("a process that ends between two members is replaced", async () => {
	openTestSession();
	const { values, started } = await compute(
		{ n: 4, jobs: 2 },
		(member, listener) =>
			soon(() => {
				listener.started(member.run);
				listener.ended(member);
				listener.gone("it ran out of memory");
			}),
	);
	assert.deepEqual(values, [0, 1, 2, "here"]);
	assert.equal(started, 3);
});

test("a member that another process computes is asked for again after the others", async () => {
	openTestSession();
	const asked: number[] = [];
	const { values } = await compute(
		{ n: 4, jobs: 2 },
		(member, listener, index) => {
			const isTaken = asked.push(index) === 1;
			soon(() => {
				if (isTaken) listener.taken();
				else listener.ended(member);
				listener.idle();
			});
		},
	);
	assert.deepEqual(asked, [0, 1, 2, 0]);
	assert.deepEqual(values, [0, 1, 2, "here"]);
});

test("a session's runs are in the order of the members, whichever began first", async () => {
	const runs = openTestSession();
	const waiting: (() => void)[] = [];
	await compute({ n: 3, jobs: 3 }, (member, listener, index) => {
		waiting[index] = () => {
			listener.started(member.run);
			listener.ended(member);
			listener.idle();
		};
		if (waiting[0] && waiting[1])
			for (const go of waiting.toReversed()) soon(go);
	});
	const [here = ""] = readdirSync(join(runs, "x"));
	assert.deepEqual(session().recorded, [
		"/of/0",
		"/of/1",
		join(runs, "x", here),
	]);
});

test("an interrupt is told with its reason, and the records of other processes are waited for", async () => {
	openTestSession();
	const abort = new AbortController();
	session().source = { kind: "script", text: "", signal: abort.signal };
	let sealing = 0;
	const computed = compute(
		{ n: 2, jobs: 2 },
		() => soon(() => abort.abort(new KeyboardInterrupt("stopped by SIGTERM"))),
		(listener) =>
			soon(() => {
				sealing = session().sealing.size;
				listener.broke(new Error("interrupted"));
			}),
	);
	await assert.rejects(computed, /stopped by SIGTERM/);
	assert.equal(sealing, 1);
	assert.equal(session().sealing.size, 0);
});
