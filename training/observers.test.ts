import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import type { ActiveRun } from "../experiment/record/active-run.ts";
import type { RunObserver } from "../experiment/record/observer.ts";
import {
	captureErrors,
	openTestSession,
	recordRun,
} from "../experiment/record/test-record.ts";
import { session } from "../experiment/session.ts";
import { isEventFile } from "../formats/tfevents/event-file.ts";
import { multirun } from "./run.ts";

const HOOKS = [
	"multirunStarted",
	"runStarted",
	"event",
	"runEnded",
	"multirunEnded",
] as const;

/** How a hook may fail. */
const WAYS: Readonly<Record<string, () => unknown>> = {
	throws: () => {
		throw new Error("no\nway");
	},
	rejects: async () => {
		throw new Error("no\nway");
	},
	"rejects later": async () => {
		await new Promise((resolve) => setImmediate(resolve));
		throw new Error("no\nway");
	},
	"throws what is no error": () => {
		throw undefined;
	},
	"throws what cannot be described": () => {
		throw new Proxy(
			{},
			{
				get() {
					throw new Error("hostile");
				},
			},
		);
	},
};

function body(run: ActiveRun): number {
	process.stdout.write("");
	for (let step = 1; step <= 3; step++) {
		run.log({ loss: Math.random() }, { step });
		run.progress({ done: step, total: 3, unit: "epoch" });
		run.show("confusion", "c", { classes: ["a"], matrix: [[step]] }, step);
	}
	void run.artifact("a", { kept: true });
	return Math.random();
}

/** What a multirun of two comes to, as far as it must not depend on who watched. */
async function resultOf(observer?: RunObserver) {
	openTestSession();
	if (observer) session().observers.add(observer);
	const members = await multirun({ name: "m", n: 2, git: "ignore" }, (_, run) =>
		body(run),
	);
	// What rejects later does so before this.
	await new Promise((resolve) => setTimeout(resolve, 5));
	return members.map(({ run, outcome, value }) => ({
		seed: run.seed,
		status: outcome.status,
		digest: outcome.digest,
		metrics: outcome.metrics,
		leaks: outcome.leaks,
		value,
		files: readdirSync(run.directory)
			.map((file) => (isEventFile(file) ? "events" : file))
			.sort(),
	}));
}

for (const hook of HOOKS)
	for (const [way, fail] of Object.entries(WAYS))
		test(`an observer whose ${hook} ${way} is told of in one line, and changes nothing of a run`, async (t) => {
			const alone = await resultOf();
			const lines = captureErrors(t);
			assert.deepEqual(await resultOf({ [hook]: fail }), alone);
			assert.equal(lines.length, 1, lines.join(""));
			assert.match(
				lines[0] ?? "",
				/^warning: an observer of runs failed and is no reason to lose the run: [^\n]+\n$/,
			);
		});

test("an observer that fails keeps no other from being told", async (t) => {
	captureErrors(t);
	openTestSession();
	const seen: string[] = [];
	const { observers } = session();
	observers.add(Object.fromEntries(HOOKS.map((hook) => [hook, WAYS.throws])));
	observers.add({
		runStarted: () => void seen.push("started"),
		event: (_, event) => void seen.push(event.type),
		runEnded: (_, { status }) => void seen.push(status),
	});
	await recordRun((run) => run.log({ loss: 1 }));
	assert.deepEqual(seen, ["started", "metric", "finished"]);
});

test("an observer that adds another at every event does not keep the run from going on", async () => {
	openTestSession();
	const { observers } = session();
	let told = 0;
	const observer = (): RunObserver => ({
		event: () => {
			told++;
			observers.add(observer());
		},
	});
	observers.add(observer());
	await recordRun((run) => run.log({ loss: 1 }));
	assert.equal(told, 1);
});

test("an observer cannot change a run, nor what its caller is told", async (t) => {
	captureErrors(t);
	openTestSession();
	session().observers.add({
		runStarted: (run) => void Object.assign(run.params, { lr: 9 }),
		event: (run) => void Object.assign(run, { seed: "9" }),
		runEnded: (_, outcome) => void Object.assign(outcome.metrics, { loss: 9 }),
	});
	const { outcome, run, value } = await recordRun(
		(active) => {
			active.log({ loss: 1 });
			// It may itself.
			Object.assign(active.params, { mine: 2 });
			return { ...active.params };
		},
		{ params: { lr: 1 } },
	);
	assert.deepEqual(value, { lr: 1, mine: 2 });
	assert.deepEqual(run.params, { lr: 1 });
	assert.notEqual(run.seed, "9");
	assert.deepEqual(outcome.metrics, { loss: 1 });
});

test("an observer cannot change what a run logs", async (t) => {
	captureErrors(t);
	openTestSession();
	session().observers.add({
		event(_, event) {
			if (event.type === "metric")
				Object.assign(event.values, { loss: Number.NaN });
		},
	});
	const { outcome, record } = await recordRun((run) => run.log({ loss: 1 }));
	assert.equal(outcome.status, "finished");
	assert.deepEqual(record.metrics, { loss: 1 });
});
