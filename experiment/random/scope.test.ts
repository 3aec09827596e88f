import assert from "node:assert/strict";
import { test } from "node:test";
import {
	currentStreams,
	inStream,
	installMathRandom,
	task,
	withStreams,
} from "./scope.ts";
import { openStream, StreamSet } from "./stream.ts";

installMathRandom();

const pause = (milliseconds: number) =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

test("Math.random draws from the main stream of the code's own set", () => {
	const drawn = withStreams(new StreamSet("1"), () => [
		Math.random(),
		inStream("init", () => Math.random()),
		Math.random(),
	]);
	const { next } = openStream("1", "main");
	const [first, second] = [next(), next()];
	assert.deepEqual(drawn, [first, openStream("1", "init").next(), second]);
});

test("a function that was kept before a seed was set follows it", () => {
	const kept = Math.random;
	const drawn = withStreams(new StreamSet("5"), () => kept());
	assert.equal(drawn, openStream("5", "main").next());
});

test("runs that are awaited together do not disturb each other, whatever finishes first", async () => {
	const run = (seed: string, delay: number) =>
		withStreams(new StreamSet(seed), async () => {
			const first = Math.random();
			await pause(delay);
			return [first, Math.random()];
		});
	const slowFirst = await Promise.all([run("a", 8), run("b", 1)]);
	const slowLast = await Promise.all([run("a", 1), run("b", 8)]);
	assert.deepEqual(slowFirst, slowLast);
	assert.notDeepEqual(slowFirst[0], slowFirst[1]);
});

/** Two draws of each of two jobs that wait for different times. */
function twoJobs(
	delays: readonly [number, number],
	start: <T>(name: string, job: () => Promise<T>) => Promise<T>,
): Promise<unknown[]> {
	return withStreams(new StreamSet("1"), () =>
		Promise.all(
			delays.map((delay, i) =>
				start(`job-${i}`, async () => {
					await pause(delay);
					return [Math.random(), inStream("init", () => Math.random())];
				}),
			),
		),
	);
}

test("tasks draw the same in whatever order they go on", async () => {
	assert.deepEqual(await twoJobs([9, 1], task), await twoJobs([1, 9], task));
});

test("branches of Promise.all that are no tasks share one stream, so the order shows", async () => {
	const plain = <T>(_: string, job: () => Promise<T>) => job();
	const [main, init] = ["main", "init"].map((name) => openStream("1", name));
	const inTurn = [0, 1].map(() => [main?.next(), init?.next()]);
	assert.deepEqual(await twoJobs([1, 9], plain), inTurn);
	assert.deepEqual(await twoJobs([9, 1], plain), inTurn.reverse());
});

test("a task without any seed draws from the system", async () => {
	const draw = () => {
		assert.equal(currentStreams(), undefined);
		return Math.random();
	};
	// Nothing is shared, so nothing forbids two of one name at the same time.
	const drawn = await Promise.all([task("a", draw), task("a", draw)]);
	drawn.push(inStream("a", draw));
	assert.equal(new Set(drawn).size, 3);
	for (const seed of ["", "0", "1", "42"])
		assert.ok(!drawn.includes(openStream(seed, "task:a").next()));
});
