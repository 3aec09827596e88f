/**
 * Node's modules themselves, for whoever puts other functions in the place of
 * theirs. A browser has none, so nothing of them is replaced there.
 * @module
 */
export { default as nodeCrypto } from "node:crypto";
export { default as fs } from "node:fs";
export { syncBuiltinESMExports } from "node:module";
export { default as os } from "node:os";
export { default as util } from "node:util";
export { default as workerThreads } from "node:worker_threads";
