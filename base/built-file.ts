const root = new URL("../", import.meta.url).href;

/**
 * Where a file is that the build puts beside a compiled module; for a module
 * that runs from its source, in the build's output.
 *
 * @param name of the file
 * @param module `import.meta.url` of the module
 */
export function builtFile(name: string, module: string): URL {
	if (!module.endsWith(".ts")) return new URL(name, module);
	return new URL(name, `${root}dist/${module.slice(root.length)}`);
}
