import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { projectFiles } from "../project-files.ts";
import { importsIn } from "../rooms/imports.ts";

/** The tests that may notice a mistake in a file, nearest first. */
export interface NearestTests {
	readonly near: readonly string[];
	/** Those that start engines and commands, for what no near test executes. */
	readonly far: readonly string[];
}

/** So many of those that start engines are looked at: each takes long. */
const MOST_FAR = 3;

/** So many imports at most lie between a test and a file. */
const FARTHEST = 6;

const FAR = /^(?:test|cli|kernel\/(?!wire\/))/;

const isTest = (file: string) => file.endsWith(".test.ts");

/** Files that a file starts as a process, or imports in one, by their addresses. */
const startedBy = (root: string, file: string): string[] =>
	[
		...readFileSync(join(root, file), "utf8").matchAll(
			/new URL\(\s*["`](\.[^"`]+\.)(?:ts|\$\{[^}]*\})["`],\s*import\.meta\.url/g,
		),
	].map(([, path = ""]) => normalize(join(dirname(file), `${path}ts`)));

/** Whoever imports each file, types alone left aside. */
function importers(root: string): ReadonlyMap<string, readonly string[]> {
	const files = projectFiles(root).filter((file) => file.endsWith(".ts"));
	const found = new Map<string, string[]>();
	const add = (from: string, to: string) =>
		found.set(to, [...(found.get(to) ?? []), from]);
	for (const { from, to, isOfTypes } of importsIn(root, files))
		if (!isOfTypes) add(from, to);
	for (const from of files)
		for (const to of startedBy(root, from)) add(from, to);
	return found;
}

const stem = (file: string) => basename(file).replace(/(?:\.test)?\.ts$/, "");

/** How many folders lie between two files; a test by a file's name is nearest, wherever it is. */
const folders = (file: string, test: string) =>
	stem(file) === stem(test)
		? -1
		: relative(dirname(file), dirname(test)).split("/").filter(Boolean).length;

/**
 * The function that names the tests of a file, nearest first: by the imports and
 * the folders on the way to it.
 */
export function nearestTests(root: string): (file: string) => NearestTests {
	const from = importers(root);
	return (file) => {
		const distance = new Map([[file, 0]]);
		// A map's loop comes to what is added during it: breadth first.
		for (const [one, far] of distance)
			if (far < FARTHEST)
				for (const other of from.get(one) ?? [])
					if (!distance.has(other)) distance.set(other, far + 1);
		const rank = (test: string) =>
			(distance.get(test) ?? 0) + folders(file, test);
		const tests = [...distance.keys()]
			.filter(isTest)
			.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
		return {
			near: tests.filter((test) => !FAR.test(test)),
			far: tests.filter((test) => FAR.test(test)).slice(0, MOST_FAR),
		};
	};
}
