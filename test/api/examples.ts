import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What `index.ts` exports as a value, and the example in its doc comment. */
export interface Exported {
	readonly name: string;
	/** Relative to the project. */
	readonly file: string;
	/** Undefined where nothing stands above the declaration. */
	readonly doc: string | undefined;
	/** Code of a cell or script; undefined where the doc comment has none. */
	readonly example: string | undefined;
}

const EXPORT = /^export \{([^}]*)\} from "\.\/([^"]+)";$/gm;

/** All values that users can import, in the order of `index.ts`. */
export function exportedValues(root: string): Exported[] {
	const index = readFileSync(join(root, "index.ts"), "utf8");
	return [...index.matchAll(EXPORT)].flatMap(([, names = "", file = ""]) =>
		names
			.split(",")
			.map((name) => name.trim())
			.filter((name) => name !== "")
			.map((name) => {
				const doc = docOf(readFileSync(join(root, file), "utf8"), name);
				return { name, file, doc, example: doc && exampleIn(doc) };
			}),
	);
}

/** The text of the doc comment above a declaration, without its stars. */
function docOf(source: string, name: string): string | undefined {
	const found = new RegExp(
		String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\s*export (?:async )?(?:function|class|const) ${name}\b`,
	).exec(source);
	return found?.[1]
		?.split("\n")
		.map((line) => line.replace(/^\s*\* ?/, ""))
		.join("\n")
		.trim();
}

function exampleIn(doc: string): string | undefined {
	const [, rest] = doc.split(/^@example$/m);
	return rest?.split(/^@\w/m)[0]?.trim();
}

const IMPORT = /^import [^;]+;\n/gm;

/** The example as a module: where a line ends in `// → VALUE`, its value is checked. */
export function exampleModule(code: string): string {
	const imports = code.match(IMPORT) ?? [];
	const body = code
		.replace(IMPORT, "")
		.replace(
			/^(\s*)(.+); \/\/ → (.+)$/gm,
			(_, indent: string, value: string, expected: string) =>
				`${indent}deepStrictEqual(${value}, ${expected});`,
		);
	return [
		'import { deepStrictEqual } from "node:assert/strict";',
		'import * as dd from "deepdiva";',
		...imports.map((line) => line.trim()),
		"void deepStrictEqual;",
		body,
		"export {};",
		"",
	].join("\n");
}
