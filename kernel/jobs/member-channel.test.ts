import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_LEAKS } from "../../experiment/leaks/report.ts";
import type { ComputedMember } from "../../experiment/sweep/workers.ts";
import { type MemberChannel, openChannel } from "./member-channel.ts";
import { connectSource } from "./member-source.ts";

const memberOf = (value: unknown, error?: unknown): ComputedMember => ({
	run: {
		...{ id: "00000000", recorded: true, experiment: "x", params: {} },
		...{ rootSeed: "42", seed: "", repeat: 0, directory: "/of/0" },
	},
	outcome: {
		...{ metrics: {}, data: {}, digest: "", leaks: NO_LEAKS },
		...{ onLeak: "ignore", milliseconds: 0 },
		...(error === undefined
			? { status: "finished" }
			: { status: "failed", error }),
	},
	value,
});

/** What is told of a member that a worker computed, by a connection of their own. */
function sent(
	member: ComputedMember,
	ended: (channel: MemberChannel) => void = (channel) => channel.outputEnded(),
): Promise<ComputedMember[]> {
	const told: ComputedMember[] = [];
	return new Promise((resolve, reject) => {
		const nothing = () => undefined;
		const channel = openChannel(
			{
				idle: () => channel.compute(0),
				started: nothing,
				event: nothing,
				ended(computed) {
					if (told.push(computed) === 1) channel.close();
					setImmediate(resolve, told);
				},
				broke: reject,
				taken: nothing,
			},
			reject,
		);
		const source = connectSource(channel, nothing);
		void source.next().then(() => {
			source.ended(member);
			ended(channel);
		});
	});
}

test("a member is told once, also where that closes the connection", async () => {
	const [first, ...more] = await sent(memberOf({ scores: [1, 2] }));
	assert.deepEqual(first?.value, { scores: [1, 2] });
	assert.deepEqual(more, []);
});

test("a value that no other process can have is left out, and why is told", async () => {
	const [told] = await sent(memberOf(() => 1));
	assert.equal(told?.value, undefined);
	assert.match(told?.valueLost ?? "", /could not be cloned/);
	assert.equal(told?.run.id, "00000000");
});

test("an error reads in the other process as it did in the first, whatever was thrown", async () => {
	class OwnError extends Error {
		override name = "OwnError";
	}
	const [told] = await sent(memberOf(undefined, new OwnError("no steps")));
	const error = told?.outcome.error as Error;
	assert.deepEqual([error.name, error.message], ["OwnError", "no steps"]);
	assert.match(error.stack ?? "", /no steps\n.*member-channel\.test/);
	const [other] = await sent(memberOf(undefined, { code: 5 }));
	const thrown = other?.outcome.error as Error;
	assert.deepEqual([thrown.name, thrown.message], ["Uncaught", "{ code: 5 }"]);
});
