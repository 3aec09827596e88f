import { createRequire } from "node:module";

const packageJson = createRequire(import.meta.url)("deepdiva/package.json") as {
	version: string;
	description: string;
	dependencies: Readonly<Record<string, string>>;
};

/** Of this package. */
export const { version, description, dependencies } = packageJson;
