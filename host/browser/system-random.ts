/** What the browser offers, as it was before any of it followed a seed. */
import type * as node from "../system-random.ts";
import { needsNode } from "./needs-node.ts";

export const { random } = Math;
const web = globalThis.crypto;
const fill = web.getRandomValues.bind(web);
export const randomUUID: typeof node.randomUUID = web.randomUUID.bind(web);

export const randomBytes = ((size: number) =>
	fill(Buffer.alloc(size))) as typeof node.randomBytes;

export const randomInt = ((...limits: [number, number?]) => {
	const [min, max] = limits.length === 2 ? limits : [0, ...limits];
	const range = (max as number) - min;
	// Numbers beyond the last whole multiple of the range are drawn again.
	const limit = 2 ** 32 - (2 ** 32 % range);
	for (;;) {
		const [drawn = 0] = fill(new Uint32Array(1));
		if (drawn < limit) return min + (drawn % range);
	}
}) as typeof node.randomInt;

export const fork = needsNode<typeof node.fork>("another process");
export type Worker = node.Worker;
export const Worker = needsNode<typeof node.Worker>("a worker thread");
export const createContext = needsNode<typeof node.createContext>(
	"a context of its own",
);
export const runInNewContext = needsNode<typeof node.runInNewContext>(
	"a context of its own",
);
