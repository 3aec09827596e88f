import { asyncScope } from "../../host/async-scope.ts";
import { random as systemRandom } from "../../host/system-random.ts";
import type { StreamSet } from "./stream.ts";

interface Scope {
	readonly streams: StreamSet;
	/** What `Math.random` draws. */
	readonly next: () => number;
}

/**
 * Which streams code draws from. They follow the asynchronous call chain, so
 * runs and tasks that are awaited together cannot disturb each other's draws.
 */
const scopes = asyncScope<Scope | undefined>();
let ambient: Scope | undefined;

/**
 * Runs `body`, and everything it awaits or schedules, with these streams.
 * @param name the stream that `Math.random` draws from, if not the main one
 */
export function withStreams<T>(
	streams: StreamSet,
	body: () => T,
	name?: string,
): T {
	const { next } = name === undefined ? streams.main : streams.stream(name);
	return scopes.run({ streams, next }, body);
}

/** What runs code later, and all that it awaits or schedules, with the streams of now. */
export function presentStreams(): <T>(body: () => T) => T {
	const scope = scopes.getStore();
	return (body) => scopes.run(scope, body);
}

/** Runs `body` with `Math.random` drawing from the stream `name` of the present streams; where there are none, as it is. */
export function inStream<T>(name: string, body: () => T): T {
	const streams = currentStreams();
	return streams ? withStreams(streams, body, name) : body();
}

/**
 * Runs `body` with streams of its own, named for the task. Code that is awaited
 * together (`Promise.all`) shares the streams of its caller, so who draws
 * first depends on what finishes first; tasks draw the same in any order.
 * @example
 * const folds = [1, 2, 3];
 * const scores = await Promise.all(folds.map((fold) => dd.task(`fold-${fold}`, async () => Math.random())));
 * scores.length; // → 3
 * @throws UsageError when a task of this name is running beside it
 */
export async function task<T>(
	name: string,
	body: () => T | Promise<T>,
): Promise<T> {
	const streams = currentStreams();
	return streams ? streams.task(name, (own) => withStreams(own, body)) : body();
}

/** The streams of the run, task, cell or script that calls; none before a seed is set. */
export function currentStreams(): StreamSet | undefined {
	return (scopes.getStore() ?? ambient)?.streams;
}

/** Where code outside of any `withStreams` draws; until set, from the system. */
export function setAmbientStreams(streams: StreamSet): void {
	ambient = { streams, next: streams.main.next };
}

/**
 * `Math.random` as it follows the seed. It must be put in place before any user
 * import: libraries such as lodash and d3-random keep what they find when they load.
 */
export function random(): number {
	const scope = scopes.getStore() ?? ambient;
	return scope ? scope.next() : systemRandom();
}

/** Puts `random` in place for good. */
export function installMathRandom(): void {
	Math.random = random;
}
