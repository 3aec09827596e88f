import type * as node from "../contexts.ts";

/** Nothing to do: a page's frames and workers have a `Math` that no script of the page sees before theirs. */
export const installContexts: typeof node.installContexts = () => undefined;
