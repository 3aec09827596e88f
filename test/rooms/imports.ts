import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "oxc-parser";

/** One file that imports another one of the project. */
export interface Import {
	readonly from: string;
	readonly to: string;
	/** What is gone once types are removed. */
	readonly typesOnly: boolean;
	/** `await import(…)`: where the code runs, if it runs. */
	readonly late: boolean;
}

/** Code of the product: no tests, nor what only they use. */
export const productFiles = (root: string): readonly string[] =>
	execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
		cwd: root,
		encoding: "utf8",
	})
		.split("\n")
		.filter(
			(file) =>
				/\.ts$/.test(file) &&
				!/\.d\.ts$|\.test\.|(^|\/)test-|^(test|bench|scripts|docs|tutorials)\/|\/assembly\//.test(
					file,
				),
		);

/** Who imports whom, types included. */
export function importsIn(
	root: string,
	files: readonly string[],
): readonly Import[] {
	return files.flatMap((from) => {
		const source = readFileSync(join(root, from), "utf8");
		const { module } = parseSync(from, source);
		const to = (specifier: string) =>
			normalize(join(dirname(from), specifier)).replaceAll("\\", "/");
		const found: Import[] = [];
		for (const { moduleRequest, entries } of module.staticImports)
			if (moduleRequest.value.startsWith("."))
				found.push({
					from,
					to: to(moduleRequest.value),
					typesOnly:
						entries.length > 0 && entries.every(({ isType }) => isType),
					late: false,
				});
		for (const { entries } of module.staticExports)
			for (const { moduleRequest, isType } of entries)
				if (moduleRequest?.value.startsWith("."))
					found.push({
						from,
						to: to(moduleRequest.value),
						typesOnly: isType,
						late: false,
					});
		for (const { moduleRequest } of module.dynamicImports) {
			const text = source.slice(moduleRequest.start, moduleRequest.end);
			const [, specifier] = /^["'`](\.[^"'`$]*)["'`]$/.exec(text) ?? [];
			if (specifier !== undefined)
				found.push({ from, to: to(specifier), typesOnly: false, late: true });
		}
		return found;
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
