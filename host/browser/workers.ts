import type * as node from "../workers.ts";

/** No script that is loaded in a browser is a worker of Node's. */
export const parentPort: typeof node.parentPort = null;
export const workerData: typeof node.workerData = null;
