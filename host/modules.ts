import { createRequire } from "node:module";

export { createRequire };

/** Loads a package that this one depends on, at once and when it is first asked for: an import would wait, or come before its file runs. */
export const requirePackage: {
	(name: string): unknown;
	/** The path of its main file, or of the file that is named. */
	resolve(name: string): string;
} = createRequire(import.meta.url);
