import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";
import { projectFiles } from "../project-files.ts";

/** One file that imports another one of the project. */
export interface Import {
	readonly from: string;
	readonly to: string;
	/** Nothing of it is there when the code runs. */
	readonly isOfTypes: boolean;
}

/** Code of the product: no tests, nor what only they use. */
export const productFiles = (root: string): readonly string[] =>
	projectFiles(root).filter(
		(file) =>
			/\.ts$/.test(file) &&
			!/\.d\.ts$|\.test\.|(^|\/)test-|^(test|bench|scripts|docs|tutorials)\/|\/assembly\//.test(
				file,
			),
	);

/** Who imports whom: for types too, and by `await import(…)`. */
export function importsIn(
	root: string,
	files: readonly string[],
): readonly Import[] {
	return files.flatMap((from) => {
		const source = readFileSync(join(root, from), "utf8");
		const { module } = parseSync(from, source);
		const late = module.dynamicImports.map(({ moduleRequest }) => {
			const text = source.slice(moduleRequest.start, moduleRequest.end);
			const specifier = /^["'`](\.[^"'`$]*)["'`]$/.exec(text)?.[1];
			return { specifier, isOfTypes: false };
		});
		const requests = [
			...module.staticImports.map(({ moduleRequest, entries }) => ({
				specifier: moduleRequest.value,
				isOfTypes: entries.length > 0 && entries.every(({ isType }) => isType),
			})),
			...module.staticExports.flatMap(({ entries }) =>
				entries.map(({ moduleRequest, isType }) => ({
					specifier: moduleRequest?.value,
					isOfTypes: isType,
				})),
			),
			...late,
		];
		const folder = dirname(from);
		return requests.flatMap(({ specifier, isOfTypes }) => {
			if (!specifier?.startsWith(".")) return [];
			const to = normalize(join(folder, specifier)).replaceAll("\\", "/");
			return { from, to, isOfTypes };
		});
	});
}

/** The circles among files: each as the files of it, in no special order. */
export function circles(imports: readonly Import[]): readonly string[][] {
	const next = new Map<string, string[]>();
	for (const { from, to } of imports)
		next.set(from, [...(next.get(from) ?? []), to]);
	const index = new Map<string, number>();
	const open: string[] = [];
	const found: string[][] = [];
	// Tarjan's algorithm (1972): a component that is strongly connected.
	const visit = (file: string): number => {
		const own = index.size;
		index.set(file, own);
		open.push(file);
		let low = own;
		for (const other of next.get(file) ?? []) {
			if (!index.has(other)) low = Math.min(low, visit(other));
			else if (open.includes(other))
				low = Math.min(low, index.get(other) ?? low);
		}
		if (low === own) {
			const component = open.splice(open.indexOf(file));
			if (component.length > 1) found.push(component);
		}
		return low;
	};
	for (const file of next.keys()) if (!index.has(file)) visit(file);
	return found;
}
