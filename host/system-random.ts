/**
 * Node's random numbers and ids as they are before a run makes them follow its
 * seed. The package's own ids, tokens and temporary names come from here: two
 * sessions under one seed must not give two things the same name.
 */
import childProcess from "node:child_process";
import crypto from "node:crypto";
import vm from "node:vm";
import workerThreads from "node:worker_threads";

export const { random } = Math;
export const { randomBytes, randomInt } = crypto;
const web = globalThis.crypto;
// The web's, bound: in Deno, Node's would look up the one that is in its place now.
export const randomUUID = web.randomUUID.bind(web);
export const { fork } = childProcess;
export const { Worker } = workerThreads;
export type Worker = workerThreads.Worker;
export const { createContext, runInNewContext } = vm;
