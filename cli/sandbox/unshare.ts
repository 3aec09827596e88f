import { shellQuoted } from "../../base/shell.ts";
import type { Limits } from "./limits.ts";
import { KERNEL_SETTINGS, type Mount, SETTINGS, SYSTEM } from "./places.ts";

/**
 * The folder on which the new root is built: every Linux has it, and nothing in
 * it is needed.
 */
const ROOT = "/sys";

/** Shell functions that mount one thing of the old root at the same place of the new one. */
const FUNCTIONS = `
place() {
	if [ -d "$1" ]; then mkdir -p "${ROOT}$1"
	elif [ ! -e "${ROOT}$1" ]; then mkdir -p "${ROOT}$(dirname "$1")"; : >"${ROOT}$1"; fi
}
writable() { place "$1"; mount --bind "$1" "${ROOT}$1"; }
readable() {
	place "$1"; mount --bind "$1" "${ROOT}$1"
	mount -o remount,bind,ro,nosuid,nodev "${ROOT}$1" 2>/dev/null ||
		mount -o remount,bind,ro,nosuid,nodev,noexec "${ROOT}$1"
}
system() {
	if [ -h "$1" ]; then ln -s "$(readlink "$1")" "${ROOT}$1"
	elif [ -e "$1" ]; then readable "$1"; fi
}
setting() { if [ -e "$1" ]; then readable "$1"; fi; }
memory() { mkdir -p "${ROOT}$1"; mount -t tmpfs -o "size=$2,mode=1777,nosuid,nodev" sandbox "${ROOT}$1"; }
`;

/**
 * Does what bubblewrap does, with util-linux alone: namespaces of its own, a
 * root in memory that holds only what may be seen, and no capabilities for the
 * code. The working folder, the command and its arguments follow.
 */
export const unshareArguments = (
	mounts: readonly Mount[],
	limits: Limits,
): string[] => [
	...["--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc"],
	...["--uts", "--cgroup", "--fork", "--kill-child"],
	...["/bin/sh", "-c", script(mounts, limits), "sandbox"],
];

/**
 * The shell stays as the first process of the namespaces. The engine sends
 * signals to its own group; as process 1 it would reach every process by that.
 */
function script(mounts: readonly Mount[], { memoryBytes }: Limits): string {
	const bytes = Math.ceil(memoryBytes / 4);
	const each = (name: string, paths: readonly string[]) =>
		paths.map((path) => `${name} ${shellQuoted(path)}`);
	return [
		"set -eu; umask 022",
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH",
		FUNCTIONS,
		"mount --make-rprivate /",
		`mount -t tmpfs -o size=${bytes},mode=755 sandbox ${ROOT}`,
		...each("system", SYSTEM),
		...each("setting", SETTINGS),
		`mkdir ${ROOT}/proc ${ROOT}/dev`,
		`mount -t proc -o nosuid,nodev,noexec sandbox ${ROOT}/proc`,
		// Root's number may change the system's settings in any namespace.
		...each("setting", KERNEL_SETTINGS),
		...each(
			"writable",
			["null", "zero", "full", "random", "urandom"].map(
				(name) => `/dev/${name}`,
			),
		),
		`ln -s /proc/self/fd ${ROOT}/dev/fd`,
		`memory /dev/shm ${bytes}`,
		`memory /tmp ${bytes}`,
		`mkdir ${ROOT}/tmp/home`,
		...mounts.map(
			({ path, writable }) =>
				`${writable ? "writable" : "readable"} ${shellQuoted(path)}`,
		),
		`cd ${ROOT}`,
		"mount -o remount,bind,ro .",
		"pivot_root . .",
		"umount -l .",
		'cd "$1"; shift',
		"code=0",
		'setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@" || code=$?',
		'exit "$code"',
	].join("\n");
}
