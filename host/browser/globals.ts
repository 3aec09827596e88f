/**
 * Names that every program of Node has, and the library with it. A bundler puts
 * them in their place (`inject` of esbuild).
 * @module
 */
import { Buffer } from "buffer/";
import { nextTurn } from "./timers.ts";

export { Buffer };

/** Nobody takes one back, so it has no handle. */
export const setImmediate = (
	body: (...given: unknown[]) => void,
	...given: unknown[]
): void => {
	void nextTurn().then(() => body(...given));
};

const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;

const hrtime = Object.assign(
	(): [number, number] => [Math.trunc(seconds()), (seconds() % 1) * 1e9],
	{ bigint: () => BigInt(Math.round(performance.now() * 1e6)) },
);

const stream = (print: (text: string) => void) => ({
	isTTY: false,
	write(text: string | Uint8Array): boolean {
		print(typeof text === "string" ? text : new TextDecoder().decode(text));
		return true;
	},
});

const nothing = () => process;

/** What it lacks (a kill, a fork, an exit) is undefined. */
export const process = {
	env: {} as Record<string, string | undefined>,
	argv: [],
	execArgv: [],
	execPath: "browser",
	platform: "browser",
	arch: "unknown",
	pid: 1,
	version: "",
	versions: {},
	features: {},
	cwd: () => "/",
	uptime: seconds,
	hrtime,
	memoryUsage: () => ({ heapUsed: 0, rss: 0 }),
	nextTick: (body: (...given: unknown[]) => void, ...given: unknown[]) =>
		queueMicrotask(() => body(...given)),
	emitWarning: (warning: string | Error) => console.warn(String(warning)),
	stdout: stream((text) => console.log(text.replace(/\n$/, ""))),
	stderr: stream((text) => console.error(text.replace(/\n$/, ""))),
	on: nothing,
	once: nothing,
	off: nothing,
	rawListeners: () => [],
};
