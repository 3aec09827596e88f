/** As much as a page may know; the rest is said to be unknown. */
import type * as node from "../machine.ts";

const { hardwareConcurrency = 1, userAgent = "unknown" } =
	globalThis.navigator ?? {};

export const arch = () => "unknown";
export const platform = () => "browser";
export const release = () => userAgent;
export const hostname = () => "browser";
export const homedir = () => "/home";
export const tmpdir = () => "/tmp";
export const devNull = "/dev/null";
/** None of our workers' scripts can be loaded from the file that holds all. */
export const availableParallelism = () => 1;
/** In bytes; 0 where nobody says. */
export const totalmem = () =>
	((globalThis.navigator as { deviceMemory?: number } | undefined)
		?.deviceMemory ?? 0) *
	2 ** 30;

export const cpus: typeof node.cpus = () =>
	Array.from({ length: hardwareConcurrency }, () => ({
		model: "unknown",
		speed: 0,
		times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 },
	}));

export const endianness: typeof node.endianness = () =>
	new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "LE" : "BE";

export const userInfo = (): { homedir: string } => ({ homedir: homedir() });
