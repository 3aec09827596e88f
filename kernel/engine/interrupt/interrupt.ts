import { AsyncLocalStorage } from "node:async_hooks";
import type { EventEmitter } from "node:events";
import { types } from "node:util";
import { Script } from "node:vm";
import { isInterrupt, KeyboardInterrupt } from "../../../base/errors.ts";
import {
	GUARD,
	INSIDE,
	OUTSIDE,
	processGroup,
	REQUESTED,
	RUNNING,
	SIGNALLED,
	watched,
} from "./interrupt-thread.ts";

/** The cell, or the message of a comm, that code belongs to, across awaits and timers. */
export interface CellScope {
	readonly kind: "cell" | "message";
	/** Given by the engine's owner; outputs carry it. */
	readonly index: number;
	readonly abort: AbortController;
	/** Ends the wait for the cell, whatever it is waiting for. */
	fail(error: unknown): void;
}

const scopes = new AsyncLocalStorage<CellScope>();
/** In the order they were started. */
const running = new Set<CellScope>();

export const currentScope = () => scopes.getStore();
/** The cell that was started last, of those that run. */
export const runningScope = () => runningCells().at(-1);
/** Has the scope not ended yet? */
export const isRunning = (scope: CellScope) => running.has(scope);

const runningCells = () => [...running].filter(({ kind }) => kind === "cell");

/** Ends the cells that run with an error, whatever they wait for. */
export function failRunning(error: Error): void {
	for (const scope of runningCells()) {
		// Whatever settles later: the cell does not go on.
		scope.abort.abort(error);
		scope.fail(error);
	}
}

function setRunning(scope: CellScope, runs: boolean): void {
	if (runs) running.add(scope);
	else running.delete(scope);
	const cells = runningCells();
	const [first] = cells.length > 0 ? cells : running;
	Atomics.store(watched, RUNNING, first?.index ?? 0);
}

/** User code runs inside this script. Node ends it when SIGINT arrives, in the middle of a busy loop too. */
const GUARDED = Symbol.for("deepdiva.guarded");
const guardScript = new Script(`globalThis[Symbol.for("deepdiva.guarded")]()`, {
	filename: "node:deepdiva/guard",
});
const drainMicrotasks = (
	process as unknown as { _tickCallback(): void }
)._tickCallback.bind(process);

let depth = 0;

interface SigintWatchdog {
	startSigintWatchdog(): void;
	stopSigintWatchdog(): boolean;
}

/**
 * Node starts a thread that waits for SIGINT whenever a script with
 * `breakOnSigint` begins and ends it with the script: a hundred times what the
 * guard costs otherwise. One that stays also keeps a late signal from ending
 * the process. Only Node's own REPL has a public way to it; without it, all
 * works as slowly.
 */
const watchdog = (
	process as unknown as {
		binding?(name: "contextify"): Partial<SigintWatchdog>;
	}
).binding?.("contextify");
let isWatching = false;

/** Who listens to SIGINT, or ceases to, takes the handler away: the next guard takes it back. */
const loseWatch = (event: string | symbol) => {
	if (event !== "SIGINT" || !isWatching) return;
	watchdog?.stopSigintWatchdog?.();
	isWatching = false;
};
(process as EventEmitter).on("newListener", loseWatch);
(process as EventEmitter).on("removeListener", loseWatch);

function keepWatch(): void {
	if (isWatching || process.platform === "win32") return;
	isWatching = true;
	watchdog?.startSigintWatchdog?.();
}

function isTermination(error: unknown): boolean {
	// What user code has thrown may be a proxy, or have a getter.
	return (
		types.isNativeError(error) &&
		Object.getOwnPropertyDescriptor(error, "code")?.value ===
			"ERR_SCRIPT_EXECUTION_INTERRUPTED"
	);
}

/**
 * Runs `body` in the script that an interrupt can end.
 * @throws KeyboardInterrupt when it did
 */
function terminable<T>(body: () => T): T {
	const isOutermost = depth === 0;
	if (isOutermost) keepWatch();
	let result: T | undefined;
	(globalThis as Record<symbol, unknown>)[GUARDED] = () => {
		if (isOutermost) Atomics.store(watched, GUARD, INSIDE);
		try {
			result = body();
		} finally {
			if (isOutermost) leaveGuard();
		}
	};
	depth++;
	try {
		// Node would write the compiled line into the error's stack.
		guardScript.runInThisContext({ breakOnSigint: true, displayErrors: false });
	} catch (error) {
		if (!isTermination(error)) throw error;
		Atomics.store(watched, GUARD, isOutermost ? OUTSIDE : INSIDE);
		throw new KeyboardInterrupt();
	} finally {
		depth--;
	}
	return result as T;
}

/** The same, for user code: an interrupt ends its cell too. */
function inGuard<T>(body: () => T): T {
	try {
		return terminable(body);
	} catch (error) {
		if (isInterrupt(error))
			interruptRunning(error, Atomics.load(watched, REQUESTED));
		throw error;
	}
}

/** A signal on its way is waited for: outside it would end the process, or be lost. */
function leaveGuard(): void {
	if (Atomics.compareExchange(watched, GUARD, INSIDE, OUTSIDE) === SIGNALLED)
		for (;;);
}

/**
 * Runs `body` and the microtasks it leaves (what follows an `await` of a
 * settled promise) so that an interrupt can end them.
 * @throws KeyboardInterrupt when it did
 */
export function guarded<T>(body: () => T): T {
	if (depth > 0) return body();
	return inGuard(() => {
		const result = body();
		drainMicrotasks();
		return result;
	});
}

/**
 * Runs `body` so that an interrupt can end it, and the microtasks it leaves later.
 * @throws KeyboardInterrupt when it did
 */
export function endable<T>(body: () => T): T {
	return depth > 0 ? body() : inGuard(body);
}

/**
 * Runs `body` guarded, in a turn of the event loop of its own: only there the
 * microtasks it leaves can be run within the guard.
 */
export function guardedTurn<T>(body: () => T): Promise<Awaited<T>> {
	return new Promise((resolve, reject) => {
		nativeImmediate(() => {
			try {
				// Interrupted before it began.
				scopes.getStore()?.abort.signal.throwIfAborted();
				// Within the guard: what already failed there must have its handler.
				guarded(() => resolve(body() as Awaited<T>));
			} catch (error) {
				reject(error);
			}
		});
	});
}

/**
 * What a cell's `await x` becomes: the cell goes on inside `guarded`, or not at
 * all after an interrupt.
 */
export async function guardedAwait<T>(value: T): Promise<Awaited<T>> {
	try {
		return await value;
	} finally {
		// Settled while guarded code runs: its microtasks are guarded already.
		if (depth === 0 || isInterrupted())
			await new Promise<void>((resolve) => {
				nativeImmediate(() => {
					if (!isInterrupted()) runGuarded(resolve);
				});
			});
	}
}

const isInterrupted = () => scopes.getStore()?.abort.signal.aborted ?? false;

/** What the iterable of a `for await` becomes: each round begins inside `guarded`. */
export function guardedEach<T>(
	iterable: AsyncIterable<T> | Iterable<T | PromiseLike<T>>,
): AsyncIterable<T> {
	const items = (async function* () {
		yield* iterable;
	})() as AsyncGenerator<T, void>;
	return {
		[Symbol.asyncIterator]: () => ({
			next: () => guardedAwait(items.next()),
			return: () => guardedAwait(items.return()),
		}),
	};
}

function runGuarded(body: () => void): void {
	try {
		guarded(body);
	} catch (error) {
		if (!isInterrupt(error)) throw error;
	}
}

const nativeTimeout = globalThis.setTimeout;
const nativeInterval = globalThis.setInterval;
const nativeImmediate = globalThis.setImmediate;

/**
 * Timers of user code (and of libraries it calls, such as tfjs between
 * batches) run guarded, and are dropped once their cell was interrupted.
 */
export function installTimers(): void {
	const wrap =
		<A extends unknown[]>(callback: (...args: A) => void) =>
		(...args: A) => {
			const scope = scopes.getStore();
			if (!scope) return callback(...args);
			if (isInterrupted()) return;
			runGuarded(() => callback(...args));
		};
	const install = <F extends (callback: never, ...rest: never[]) => unknown>(
		name: "setTimeout" | "setInterval" | "setImmediate",
		native: F,
	) => {
		const patched = (callback: unknown, ...rest: unknown[]) =>
			(native as unknown as (...all: unknown[]) => unknown)(
				typeof callback === "function"
					? wrap(callback as () => void)
					: callback,
				...rest,
			);
		Object.defineProperties(patched, Object.getOwnPropertyDescriptors(native));
		Object.defineProperty(globalThis, name, {
			value: patched,
			writable: true,
			configurable: true,
			enumerable: true,
		});
	};
	install("setTimeout", nativeTimeout);
	install("setInterval", nativeInterval);
	install("setImmediate", nativeImmediate);
}

type Tick = (
	callback: (...args: unknown[]) => void,
	...args: unknown[]
) => void;

/**
 * Node keeps a stack of what it calls, and gives up the process when a
 * callback leaves it in the middle by an interrupt, or, within our guard, by
 * an error. So callbacks that run within the guard are left by neither.
 */
export function installTicks(): void {
	const contained =
		<A extends unknown[]>(callback: (...args: A) => void) =>
		(...args: A) => {
			if (depth === 0) return callback(...args);
			try {
				inGuard(() => callback(...args));
			} catch (error) {
				if (isInterrupt(error)) return;
				(process as EventEmitter).emit("uncaughtException", error);
			}
		};
	const nativeTick: Tick = process.nextTick;
	const tick: Tick = (callback, ...args) =>
		nativeTick(
			typeof callback === "function" ? contained(callback) : callback,
			...args,
		);
	Object.assign(process, { nextTick: tick });
	const nativeMicrotask = globalThis.queueMicrotask;
	globalThis.queueMicrotask = (callback) =>
		nativeMicrotask(
			typeof callback === "function" ? contained(callback) : callback,
		);
}

/** Ends the cell that the present code belongs to, whatever becomes of the error in it. */
export function endCell(error: KeyboardInterrupt): void {
	const scope = scopes.getStore();
	scope?.abort.abort(error);
	scope?.fail(error);
}

/**
 * Ends the cells; when none runs, what messages of comms have started. One that
 * came after the interrupt may run already, and goes on.
 */
function interruptRunning(error: KeyboardInterrupt, upTo: number): void {
	const cells = runningCells();
	for (const scope of cells.length > 0 ? cells : [...running]) {
		if (scope.index > upTo) continue;
		scope.abort.abort(error);
		scope.fail(error);
	}
}

/**
 * The user pressed stop while no user code ran: ends the wait of the running
 * cells, those after `cell` left out, and what they wait for.
 */
export function interrupt(cell: number): void {
	interruptRunning(new KeyboardInterrupt(), cell);
	signalChildren();
}

/** As Ctrl-C in a terminal reaches the programs that a program has started. */
function signalChildren(): void {
	if (processGroup === 0) return;
	try {
		terminable(() => {
			// One signal only: a second one would come when the guard is left.
			if (Atomics.compareExchange(watched, GUARD, INSIDE, SIGNALLED) === INSIDE)
				process.kill(processGroup, "SIGINT");
		});
	} catch (error) {
		if (!isInterrupt(error)) throw error;
	}
}

/**
 * Runs code in a scope of its own; rejects on interrupt, wherever the
 * code is. Settles outside of the guard: what runs there can be ended in the
 * middle, and V8 then drops all microtasks that wait.
 */
export function runInScope<T>(
	kind: CellScope["kind"],
	index: number,
	body: (scope: CellScope) => Promise<T>,
): Promise<T> {
	return new Promise((resolve, reject) => {
		let hasEnded = false;
		const end = (settle: () => void) => {
			if (hasEnded) return;
			hasEnded = true;
			nativeImmediate(() => {
				setRunning(scope, false);
				settle();
			});
		};
		const fail = (error: unknown) => end(() => reject(error));
		const scope: CellScope = {
			kind,
			index,
			abort: new AbortController(),
			fail,
		};
		const wasInterrupted =
			index <= Atomics.load(watched, REQUESTED) &&
			(kind === "cell" || runningCells().length === 0);
		setRunning(scope, true);
		if (wasInterrupted) {
			scope.abort.abort(new KeyboardInterrupt());
			fail(scope.abort.signal.reason);
			return;
		}
		scopes.run(scope, () => {
			body(scope).then((value) => end(() => resolve(value)), fail);
		});
	});
}
