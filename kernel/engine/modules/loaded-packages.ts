import { fileURLToPath } from "node:url";

/** Folders of the packages that were loaded into this process. */
const folders = new Set<string>();

const PACKAGE = /^file:\/\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Takes note of the package that a module belongs to, if to any. */
export function notePackage(url: string): void {
	const [folder] = PACKAGE.exec(url) ?? [];
	if (folder !== undefined) folders.add(folder);
}

/** Their paths. */
export const loadedPackages = (): string[] =>
	[...folders].map((url) => fileURLToPath(url));
