import type * as node from "../timers.ts";

/** By a message: a timer would wait four milliseconds, and a frame for a page that nobody looks at. */
export const nextTurn = (() =>
	new Promise<void>((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(undefined);
	})) as typeof node.nextTurn;

export const backgroundTimeout: typeof node.backgroundTimeout = (
	body,
	milliseconds,
) => setTimeout(body, milliseconds);
