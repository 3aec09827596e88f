import { existsSync, readFileSync } from "../host/files.ts";
import { fileURLToPath, join, resolve } from "../host/paths.ts";
import { shellQuoted } from "./shell.ts";

/** The folder of this package: a clone, or where npm put it. */
export const packageRoot = resolve(
	fileURLToPath(
		new URL(import.meta.url.endsWith(".ts") ? ".." : "../..", import.meta.url),
	),
);

const packageJson = JSON.parse(
	readFileSync(join(packageRoot, "package.json"), "utf8"),
) as {
	version: string;
	description: string;
	private?: boolean;
	dependencies: Readonly<Record<string, string>>;
};

/** Of this package. */
export const { version, description, dependencies } = packageJson;

/** A clone has sources; an installed package is built already. */
export const isClone = existsSync(join(packageRoot, "tsconfig.json"));

/**
 * The name on npm, once it is there (docs/publishing.md). Scoped: npm gives a
 * bare name to whoever asks first, and a scope's names to its owner alone. Code
 * imports `deepdiva` all the same, by an alias in its package.json.
 */
export const PUBLISHED_AS = "@deepdiva/notebook";

/** The command that adds this package to the project in the working folder. */
export const addToProject =
	packageJson.private === true
		? `npm pack --ignore-scripts ${shellQuoted(packageRoot)} && npm install --save-exact ./deepdiva-${version}.tgz`
		: `npm install --save-exact deepdiva@npm:${PUBLISHED_AS}@${version}`;
