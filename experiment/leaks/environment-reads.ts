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

/** Objects that note their reads, with the ones behind them. */
const watched = new WeakMap<NodeJS.ProcessEnv, NodeJS.ProcessEnv>();

/** Node's own. */
let system: NodeJS.ProcessEnv | undefined;

/**
 * The variables, of which nothing is noted here: that takes four times as long.
 * Those of the system come first, and then what code has put in their place.
 */
export function environments(): readonly NodeJS.ProcessEnv[] {
	const present = watched.get(process.env) ?? process.env;
	return system && system !== present ? [system, present] : [present];
}

type Listener = (name: string, value: string) => void;

let listener: Listener = () => undefined;

/**
 * Who is told of each variable that JavaScript sets or takes away, of what it was
 * and what it is; `process.loadEnvFile` sets some as well.
 */
export function onVariableSet(told: Listener): void {
	listener = told;
}

function tellAll(variables: NodeJS.ProcessEnv): void {
	for (const [name, value = ""] of Object.entries(variables))
		listener(name, value);
}

/** Changes a variable; told are its values before and after. */
function changed(
	variables: NodeJS.ProcessEnv,
	key: PropertyKey,
	change: () => boolean,
): boolean {
	if (typeof key !== "string") return change();
	listener(key, variables[key] ?? "");
	const done = change();
	listener(key, variables[key] ?? "");
	return done;
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
		set: (target, key, value) =>
			changed(target, key, () => Reflect.set(target, key, value)),
		defineProperty: (target, key, descriptor) =>
			changed(target, key, () =>
				Reflect.defineProperty(target, key, descriptor),
			),
		deleteProperty: (target, key) =>
			changed(target, key, () => Reflect.deleteProperty(target, key)),
	};
	const noting = (variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
		if (watched.has(variables)) return variables;
		const proxy = new Proxy(variables, traps);
		watched.set(proxy, variables);
		return proxy;
	};
	system = env;
	let present = noting(env);
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
			const variables = value as NodeJS.ProcessEnv;
			// Whoever made the object may have changed it since, and nobody was told.
			const former = watched.get(present);
			if (former && former !== env) tellAll(former);
			present = noting(variables);
			tellAll(watched.get(present) ?? variables);
		},
	});
	replaceFunction(process, "loadEnvFile", (native) => (...args) => {
		const done = Reflect.apply(native, process, args);
		tellAll(env);
		return done;
	});
}
