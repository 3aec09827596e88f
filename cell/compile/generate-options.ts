import type { EmitOptions } from "./emit-options.ts";

/** How JavaScript is made of TypeScript. */
export interface GenerateOptions {
	readonly emit?: EmitOptions;
	/** Imports stay that are not used here: somewhere else they may be. */
	readonly keepImports?: boolean;
	/** Standard decorators, or the keyword `accessor`: JavaScript has neither yet. */
	readonly lowers?: boolean;
	/** Do functions keep their names where esbuild gives them others? It adds a helper. */
	readonly keepNames?: boolean;
	/** It is JavaScript already. */
	readonly plain?: boolean;
}

/** What oxc and esbuild make of it. */
export interface Transformed {
	readonly code: string;
	readonly map?: unknown;
	readonly failure?: { readonly message: string; readonly offset: number };
}
