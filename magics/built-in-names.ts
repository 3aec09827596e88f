import { builtInSyntax } from "../cell/magic-syntax.ts";

/** Names that no user's magic can have. */
export const BUILT_IN: ReadonlySet<string> = new Set([
	"dd",
	...[...builtInSyntax.keys()].filter((name) => name !== "!"),
]);
