import { builtInSyntax } from "../cell/magic-syntax.ts";

/** Names that a user's magic cannot have. */
export const BUILT_IN: ReadonlySet<string> = new Set([
	"dd",
	...[...builtInSyntax.keys()].filter((name) => name !== "!"),
]);
