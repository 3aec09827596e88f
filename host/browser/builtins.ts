import type * as node from "../builtins.ts";

export const nodeCrypto = {} as typeof node.nodeCrypto;
export const fs = { promises: {} } as typeof node.fs;
export const os = {} as typeof node.os;
export const util = {} as typeof node.util;
/** The library runs in one thread, that of the page or of a worker that loads it. */
export const workerThreads = {
	isMainThread: true,
} as typeof node.workerThreads;
export const syncBuiltinESMExports = () => undefined;
