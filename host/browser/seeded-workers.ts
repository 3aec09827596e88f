import type * as node from "../seeded-workers.ts";

export type { WorkerStart } from "../seeded-workers.ts";

/** A browser loads nothing before a worker's script, so the user's Web Workers draw from the system. */
export const installWorkers: typeof node.installWorkers = () => undefined;
