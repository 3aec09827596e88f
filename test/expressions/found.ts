import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { projectFiles } from "../project-files.ts";

/** A regular expression of the product. */
export interface Found {
	/** File and line. */
	readonly place: string;
	readonly source: string;
	readonly flags: string;
}

/** A regular expression that is put together when the product runs. */
export interface Built {
	readonly place: string;
	/** As written, in one line. */
	readonly code: string;
	/** The names of the file's constants that are texts or expressions, with their code. */
	readonly constants: ReadonlyMap<string, string>;
}

interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

const isNode = (value: unknown): value is Node & Record<string, unknown> =>
	typeof value === "object" &&
	value !== null &&
	"type" in value &&
	typeof value.type === "string";

/** Sources that users run: not tests, benches, or what only a developer starts. */
export function productFiles(root: string): readonly string[] {
	return projectFiles(root).filter(
		(file) =>
			/\.[cm]?[jt]sx?$/.test(file) &&
			!/\.test\.|\.test\.helper\.|(?:^|\/)test-[^/]*$|\.d\.[cm]?ts$/.test(
				file,
			) &&
			!/^(?:test|bench|scripts|tutorials|training\/numbers)\//.test(file) &&
			!file.includes("/assembly/"),
	);
}

/** All regular expressions of a file. */
export function expressionsIn(
	root: string,
	file: string,
): { readonly found: readonly Found[]; readonly built: readonly Built[] } {
	const code = readFileSync(join(root, file), "utf8");
	const found: Found[] = [];
	const built: Built[] = [];
	const constants = new Map<string, string>();
	const placeOf = (node: Node) =>
		`${file}:${code.slice(0, node.start).split("\n").length}`;
	const isCalled = (node: Record<string, unknown>, name: string) =>
		isNode(node.callee) && node.callee.name === name;
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) for (const part of value) visit(part);
		if (!isNode(value)) return;
		const text = () => code.slice(value.start, value.end);
		if (value.type === "Literal" && isNode(value) && "regex" in value) {
			const end = text().lastIndexOf("/");
			found.push({
				place: placeOf(value),
				source: text().slice(1, end),
				flags: text().slice(end + 1),
			});
		}
		if (
			(value.type === "NewExpression" || value.type === "CallExpression") &&
			isCalled(value, "RegExp")
		)
			built.push({
				place: placeOf(value),
				code: text(),
				constants,
			});
		if (
			value.type === "VariableDeclarator" &&
			isNode(value.id) &&
			typeof value.id.name === "string" &&
			isNode(value.init) &&
			!constants.has(value.id.name)
		)
			constants.set(
				value.id.name,
				code.slice(value.init.start, value.init.end),
			);
		for (const part of Object.values(value))
			if (typeof part === "object") visit(part);
	};
	visit(parseSync(file, code).program);
	return { found, built };
}

/**
 * What a built expression may be: names that are constants of its file have their
 * values, all others those that `given` has for them.
 * @throws ReferenceError for a name that is neither
 */
export function builtFrom(
	{ place, code, constants }: Built,
	given: Readonly<Record<string, unknown>>,
): Found {
	// `has` is asked for every free name of the code, so constants are evaluated only where they are used.
	const names: Record<string, unknown> = new Proxy(
		{},
		{
			has: (_, name) =>
				typeof name === "string" && (name in given || constants.has(name)),
			get: (_, name) =>
				typeof name !== "string"
					? undefined
					: name in given
						? given[name]
						: evaluated(constants.get(name) ?? ""),
		},
	);
	const evaluated = (expression: string): unknown =>
		new Function(
			"names",
			`with (names) { ${stripTypeScriptTypes(`const $made = (${expression}\n);`)} return $made; }`,
		)(names);
	const made = evaluated(code);
	if (!(made instanceof RegExp))
		throw new TypeError(
			`${place}: ${code.replaceAll(/\s+/g, " ")} is no regular expression`,
		);
	return { place, source: made.source, flags: made.flags };
}
