import { spawnSync } from "node:child_process";
import { accessSync, constants, lstatSync, readlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { allowedEnvironment } from "../../experiment/replay/allowed-environment.ts";
import type { Command, Launcher } from "../../kernel/protocol/launch.ts";
import { type Limits, MEBIBYTE } from "./limits.ts";
import {
	KERNEL_SETTINGS,
	type Mount,
	mountsOf,
	type Places,
	SETTINGS,
	SYSTEM,
} from "./places.ts";
import { unshareArguments } from "./unshare.ts";

/** A means of the operating system to shut a process off. */
export interface Sandbox {
	/** The program that does it. */
	readonly name: "bwrap" | "unshare";
	/** Prepares the start of code with these places and limits. */
	prepare(places: Places, limits: Limits): Launcher["prepare"];
}

/**
 * An empty home folder in an empty temporary folder; both are gone afterwards.
 */
const HOME = "/tmp/home";

/** What is needed, in words that complete a refusal. */
const NEEDED =
	"bubblewrap (apt install bubblewrap), or unshare with user namespaces that any user may make";

/** Opens a sandbox, or says why there is none of its kind. */
type Way = () => Sandbox | string;

/**
 * The first way that works here. Each is tried, since nothing else shows what a
 * kernel, a container or a distribution forbids.
 * @throws UsageError where none works
 */
export function openSandbox(ways: readonly Way[] = WAYS): Sandbox {
	const refuse = (what: string): never => {
		throw new UsageError(
			`deepdiva replay: there is no sandbox ${what} ${NEEDED}; nothing was executed. --yes (of several, --no-sandbox) executes the code with all your rights`,
		);
	};
	if (process.platform !== "linux")
		return refuse(`on this system (${process.platform}), it takes Linux with`);
	const reasons: string[] = [];
	for (const open of ways) {
		const found = open();
		if (typeof found !== "string") return found;
		reasons.push(found);
	}
	return refuse(`here (${reasons.join("; ")}), it takes`);
}

/** A program on the PATH; the working folder is never searched. */
function programPath(name: string): string | undefined {
	const { PATH = "" } = allowedEnvironment("program");
	for (const folder of PATH.split(delimiter)) {
		const path = join(folder, name);
		try {
			accessSync(path, constants.X_OK);
			return path;
		} catch {
			// The next one may have it.
		}
	}
	return undefined;
}

/** Why a program does not start another one; undefined where it does. */
function trial(file: string, args: readonly string[]): string | undefined {
	const { status, stderr, error } = spawnSync(file, args, {
		encoding: "utf8",
		env: environment(),
		timeout: 60_000,
		killSignal: "SIGKILL",
	});
	if (status === 0) return undefined;
	const [line] = (stderr ?? "").trim().split("\n");
	return error?.message ?? (line || `exit code ${status}`);
}

const environment = (): Record<string, string> => ({
	...allowedEnvironment("program"),
	HOME,
	TMPDIR: "/tmp",
	USER: "nobody",
});

const EMPTY: Places = { reads: [], writes: [], keeps: [] };

/** Tried with the smallest limits, since nothing is executed. */
const TRIED: Limits = {
	milliseconds: 60_000,
	memoryBytes: 64 * MEBIBYTE,
	diskBytes: MEBIBYTE,
	processes: 64,
};

export function bubblewrap(): Sandbox | string {
	const file = programPath("bwrap");
	if (file === undefined) return "bwrap is not installed";
	const help = spawnSync(file, ["--help"], { encoding: "utf8" }).stdout ?? "";
	const knows = (option: string) => help.includes(option);
	let problem: string | undefined;
	// A kernel in a container may refuse to disable namespaces inside and still
	// allow the sandbox itself.
	for (const nested of knows("--disable-userns") ? [false, true] : [true]) {
		const argumentsOf = (places: Places, limits: Limits) =>
			bubblewrapArguments(mountsOf(places), limits, {
				nested,
				sized: knows("--size"),
			});
		problem = trial(file, [...argumentsOf(EMPTY, TRIED), "--", "true"]);
		if (problem === undefined)
			return {
				name: "bwrap",
				prepare: preparing(file, argumentsOf, (cwd) => ["--chdir", cwd, "--"]),
			};
	}
	return `bwrap: ${problem}`;
}

/** The second choice. The trial tells what is missing. */
export function unshare(): Sandbox | string {
	const file = programPath("unshare");
	const setpriv = programPath("setpriv");
	if (file === undefined || setpriv === undefined)
		return "unshare and setpriv are not installed";
	const argumentsOf = (places: Places, limits: Limits) => [
		// Ends with this process; bwrap has an option of its own for that.
		...["--pdeathsig", "SIGKILL", file],
		...unshareArguments(mountsOf(places), limits),
	];
	const problem = trial(setpriv, [...argumentsOf(EMPTY, TRIED), "/", "true"]);
	return problem === undefined
		? {
				name: "unshare",
				prepare: preparing(setpriv, argumentsOf, (cwd) => [cwd]),
			}
		: `unshare: ${problem}`;
}

const WAYS: readonly Way[] = [bubblewrap, unshare];

type ArgumentsOf = (places: Places, limits: Limits) => string[];

const preparing =
	(
		file: string,
		argumentsOf: ArgumentsOf,
		startingIn: (cwd: string) => string[],
	): Sandbox["prepare"] =>
	(places, limits) =>
	(command) => ({
		file,
		args: [
			...argumentsOf(places, limits),
			...startingIn(command.cwd),
			...bounded(command, limits),
		],
		env: { ...environment(), ...command.variables },
	});

/**
 * Added to the limit of memory, since V8 reserves more than it uses. What is
 * really used is watched.
 */
const UNUSED_BYTES = 2048 * MEBIBYTE;

/**
 * Threads of one Node process, with some to spare: the system counts threads,
 * not processes.
 */
const THREADS = 16;

/**
 * The command in a session and a process group of its own, as the engine
 * expects, with the limits that the system has for single processes. Address
 * space is not limited: V8 and WebAssembly reserve far more than they use.
 */
function bounded({ file, args }: Command, limits: Limits): string[] {
	const prlimit = programPath("prlimit");
	const setsid = programPath("setsid");
	return [
		...(setsid === undefined ? [] : [setsid]),
		...(prlimit === undefined
			? []
			: [
					prlimit,
					"--core=0",
					`--data=${limits.memoryBytes + UNUSED_BYTES}`,
					`--fsize=${limits.diskBytes}`,
					`--nproc=${limits.processes * THREADS}`,
				]),
		file,
		...args,
	];
}

interface BubblewrapFeatures {
	/** May the code make namespaces of its own? */
	readonly nested: boolean;
	/** Can the size of its own folders be bounded? */
	readonly sized: boolean;
}

function bubblewrapArguments(
	mounts: readonly Mount[],
	limits: Limits,
	{ nested, sized }: BubblewrapFeatures,
): string[] {
	// These folders lie in memory.
	const own = (path: string) => [
		...(sized ? ["--size", String(Math.ceil(limits.memoryBytes / 4))] : []),
		"--tmpfs",
		path,
	];
	return [
		// Named one by one: with `--unshare-all` alone, bwrap goes on without a
		// namespace that it cannot have.
		...["--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc"],
		...["--unshare-all", "--hostname", "sandbox"],
		...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
		...(nested ? [] : ["--disable-userns"]),
		...SYSTEM.flatMap(systemFolder),
		...SETTINGS.flatMap((path) => ["--ro-bind-try", path, path]),
		...["--proc", "/proc", "--dev", "/dev"],
		// Root's number may change the system's settings in any namespace.
		...KERNEL_SETTINGS.flatMap((path) => ["--ro-bind-try", path, path]),
		...own("/dev/shm"),
		...own("/tmp"),
		...["--dir", HOME],
		...mounts.flatMap(({ path, writable }) => [
			writable ? "--bind" : "--ro-bind",
			path,
			path,
		]),
		...["--remount-ro", "/dev", "--remount-ro", "/"],
	];
}

/** In many systems `/bin` is a link into `/usr`. */
function systemFolder(path: string): string[] {
	const entry = lstatSync(path, { throwIfNoEntry: false });
	if (!entry) return [];
	return entry.isSymbolicLink()
		? ["--symlink", readlinkSync(path), path]
		: ["--ro-bind", path, path];
}
