import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The files that a file loads at once, by paths from the project's folder, itself included; types are no loading. */
export function loadedBy(path: string): string[] {
	const found = new Set<string>();
	const follow = (file: string) => {
		if (found.has(file)) return;
		found.add(file);
		const imports = readFileSync(file, "utf8").matchAll(
			/^(?:import|export) (?!type\b)(?:[^;"]*? from )?"(\.[^"]+)";/gm,
		);
		for (const [, imported = ""] of imports)
			follow(resolve(dirname(file), imported));
	};
	follow(resolve(root, path));
	return [...found].map((file) => relative(root, file).replaceAll("\\", "/"));
}
