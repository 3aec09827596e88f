import type { FrozenClock } from "./frozen-clock.ts";
import { replaceFunction } from "./replace.ts";
import { currentWatch } from "./watch.ts";

type AnyFunction = (...args: never[]) => unknown;

/** What a read of the clock gives here: the machine's time, noted, or the run's own. */
function readClock<T>(
	what: string,
	callee: AnyFunction,
	native: () => T,
	frozen: (clock: FrozenClock) => T,
): T {
	const watch = currentWatch();
	if (!watch) return native();
	if (watch.clock) return frozen(watch.clock);
	watch.note("clock", what, callee);
	return native();
}

/** Date, performance and process tell a run's code the time of its own clock, or note that it read the machine's. */
export function installClockReads(): void {
	replaceDate();
	replacePerformance();
	replaceProcess();
}

function replaceDate(): void {
	const Native = Date;
	replaceFunction(Native, "now", (native) => {
		const now = (): unknown =>
			readClock(
				"Date.now",
				now,
				() => native.call(Native),
				(clock) => clock.now(),
			);
		return now;
	});
	function Replacement(...args: unknown[]): unknown {
		if (!new.target)
			return readClock(
				"Date()",
				Replacement,
				() => Native(),
				(clock) => new Native(clock.now()).toString(),
			);
		if (args.length > 0) return Reflect.construct(Native, args, new.target);
		return readClock(
			"new Date()",
			Replacement,
			() => Reflect.construct(Native, [], new.target),
			(clock) => Reflect.construct(Native, [clock.now()], new.target),
		);
	}
	// `prototype` is the native one: dates made before are dates still.
	Object.defineProperties(
		Replacement,
		Object.getOwnPropertyDescriptors(Native),
	);
	Native.prototype.constructor = Replacement;
	Object.defineProperty(globalThis, "Date", {
		value: Replacement,
		writable: true,
		configurable: true,
	});
}

function replacePerformance(): void {
	const { prototype } = Performance;
	replaceFunction(prototype, "now", (native) => {
		function now(this: unknown): unknown {
			return readClock(
				"performance.now",
				now,
				() => native.call(this),
				(clock) => clock.elapsed(),
			);
		}
		return now;
	});
	replaceFunction(prototype, "mark", (native) => {
		function mark(this: unknown, name: unknown, options?: unknown): unknown {
			return readClock(
				"performance.mark",
				mark,
				() => native.call(this, name, options),
				(clock) =>
					native.call(this, name, {
						startTime: clock.elapsed(),
						...(options as object | undefined),
					}),
			);
		}
		return mark;
	});
	replaceFunction(prototype, "measure", (native) => {
		function measure(this: unknown, ...args: unknown[]): unknown {
			return readClock(
				"performance.measure",
				measure,
				() => Reflect.apply(native, this, args),
				(clock) => native.call(this, args[0], measured(clock, args)),
			);
		}
		return measure;
	});
	const origin = Object.getOwnPropertyDescriptor(prototype, "timeOrigin");
	if (!origin?.get) return;
	const native = origin.get;
	Object.defineProperty(prototype, "timeOrigin", {
		...origin,
		get: function timeOrigin(this: unknown) {
			return readClock(
				"performance.timeOrigin",
				timeOrigin,
				() => native.call(this),
				(clock) => clock.start,
			);
		},
	});
}

/** What `performance.measure(name, from, to)` measures when a clock of the run's own says what is now. */
function measured(
	clock: FrozenClock,
	[, from, to]: readonly unknown[],
): PerformanceMeasureOptions {
	if (typeof from === "object" && from !== null) {
		const options: PerformanceMeasureOptions = from;
		return options.end === undefined && options.duration === undefined
			? { ...options, end: clock.elapsed() }
			: options;
	}
	return {
		start: (from as string | undefined) ?? 0,
		end: (to as string | undefined) ?? clock.elapsed(),
	};
}

const MILLISECOND = 1_000_000;

function replaceProcess(): void {
	replaceFunction(process, "hrtime", (native) => {
		function hrtime(since?: [number, number]): unknown {
			return readClock(
				"process.hrtime",
				hrtime,
				() => native.call(process, since),
				(clock) => {
					const elapsed = clock.elapsed() * MILLISECOND;
					const [seconds = 0, rest = 0] = since ?? [];
					const nanoseconds = elapsed - seconds * 1e9 - rest;
					return [
						Math.floor(nanoseconds / 1e9),
						((nanoseconds % 1e9) + 1e9) % 1e9,
					];
				},
			);
		}
		return hrtime as never;
	});
	replaceFunction(process.hrtime, "bigint", (native) => {
		const bigint = (): unknown =>
			readClock(
				"process.hrtime.bigint",
				bigint,
				() => native.call(process.hrtime),
				(clock) => BigInt(clock.elapsed()) * BigInt(MILLISECOND),
			);
		return bigint;
	});
	replaceFunction(process, "uptime", (native) => {
		const uptime = (): unknown =>
			readClock(
				"process.uptime",
				uptime,
				() => native.call(process),
				(clock) => clock.elapsed() / 1000,
			);
		return uptime;
	});
}
