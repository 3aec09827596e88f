import { UsageError } from "../../base/errors.ts";
import { os } from "../../host/builtins.ts";
import { noteCalls, replaceFunction } from "./replace.ts";
import { currentWatch } from "./watch.ts";

const OS_FUNCTIONS = [
	"availableParallelism",
	"cpus",
	"freemem",
	"homedir",
	"hostname",
	"loadavg",
	"machine",
	"networkInterfaces",
	"release",
	"tmpdir",
	"totalmem",
	"uptime",
	"userInfo",
	"version",
];

const PROCESS_FUNCTIONS = [
	"availableMemory",
	"constrainedMemory",
	"cpuUsage",
	"memoryUsage",
	"resourceUsage",
];

/** What differs between two machines, or two processes, is noted when a run's code reads it. */
export function installEnvironmentReads(): void {
	for (const name of OS_FUNCTIONS)
		noteCalls(os, name, "environment", `os.${name}`);
	for (const name of PROCESS_FUNCTIONS)
		noteCalls(process, name, "environment", `process.${name}`);
	noteCalls(
		process.memoryUsage,
		"rss",
		"environment",
		"process.memoryUsage.rss",
	);
	for (const name of ["pid", "ppid"] as const) noteNumber(name);
	replaceVariables();
}

/** Node's variables, and `process.env`, which notes that they are read. */
let watched:
	| { readonly env: NodeJS.ProcessEnv; readonly noting: NodeJS.ProcessEnv }
	| undefined;

/**
 * The variables, of which nothing is noted here: that takes four times as long.
 * Those of the system come first, and then what code has put in their place.
 */
export function environments(): readonly NodeJS.ProcessEnv[] {
	if (!watched) return [process.env];
	const { env, noting } = watched;
	return process.env === noting ? [env] : [env, process.env];
}

type Listener = (name: string, value: string) => void;

let listener: Listener = () => undefined;

/** Who is told of each variable that JavaScript sets; `process.loadEnvFile` sets some as well. */
export function onVariableSet(told: Listener): void {
	listener = told;
}

function noteNumber(name: "pid" | "ppid"): void {
	const descriptor = Object.getOwnPropertyDescriptor(process, name);
	if (!descriptor?.configurable) return;
	const value = () => descriptor.value ?? descriptor.get?.call(process);
	Object.defineProperty(process, name, {
		configurable: true,
		enumerable: true,
		get: function read() {
			currentWatch()?.note("environment", `process.${name}`, read);
			return value();
		},
	});
}

/** `process.env` that notes which variables are read. Native code and child processes see the real one. */
function replaceVariables(): void {
	const { env } = process;
	const note = (what: string, trap: (...args: never[]) => unknown) =>
		currentWatch()?.note("environment", what, trap);
	const one = (key: PropertyKey) => `process.env.${String(key)}`;
	const traps: ProxyHandler<NodeJS.ProcessEnv> = {
		get: function get(target, key) {
			if (typeof key === "string") note(one(key), get);
			return Reflect.get(target, key);
		},
		has: function has(target, key) {
			if (typeof key === "string") note(one(key), has);
			return Reflect.has(target, key);
		},
		getOwnPropertyDescriptor: function describe(target, key) {
			if (typeof key === "string") note(one(key), describe);
			return Reflect.getOwnPropertyDescriptor(target, key);
		},
		ownKeys: function ownKeys(target) {
			note("process.env", ownKeys);
			return Reflect.ownKeys(target);
		},
		// The real object converts values to text, and an assignment of TZ changes the zone.
		set(target, key, value) {
			const done = Reflect.set(target, key, value);
			if (typeof key === "string") listener(key, target[key] ?? "");
			return done;
		},
		defineProperty(target, key, descriptor) {
			const done = Reflect.defineProperty(target, key, descriptor);
			if (typeof key === "string") listener(key, target[key] ?? "");
			return done;
		},
	};
	const noting = new Proxy(env, traps);
	watched = { env, noting };
	let present = noting;
	Object.defineProperty(process, "env", {
		configurable: true,
		enumerable: true,
		get: () => present,
		set(value: unknown) {
			// Node reads variables of it with each import and each process that it starts.
			if (typeof value !== "object" || value === null)
				throw new UsageError(
					`process.env is an object of texts, not ${value === null ? "null" : typeof value}; assign {} for an environment without variables`,
				);
			present = value as NodeJS.ProcessEnv;
		},
	});
	replaceFunction(process, "loadEnvFile", (native) => (...args) => {
		const done = Reflect.apply(native, process, args);
		for (const [name, value = ""] of Object.entries(env)) listener(name, value);
		return done;
	});
}
