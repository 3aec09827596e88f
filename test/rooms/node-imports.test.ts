import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { parseSync, Visitor } from "oxc-parser";
import { packageRoot } from "../../base/version.ts";
import { productFiles } from "./imports.ts";

/** Rooms that know of Node what the host tells them. */
const CORE = /^(?:base|cell|experiment|formats|training|widgets)\//;

/** Functions that give a module of Node by its name. */
const LOADERS = new Set(["require", "requirePackage", "getBuiltinModule"]);

/** Modules of Node that a file loads, types left out. */
function builtinsOf(name: string, source: string): string[] {
	const { program } = parseSync(name, source);
	const found: string[] = [];
	const see = (from: unknown) => {
		if (typeof from !== "object" || from === null || !("value" in from)) return;
		const { value } = from;
		if (typeof value === "string" && isBuiltin(value)) found.push(value);
	};
	new Visitor({
		ImportDeclaration: ({ importKind, source }) => {
			if (importKind !== "type") see(source);
		},
		ExportNamedDeclaration: ({ exportKind, source }) => {
			if (exportKind !== "type") see(source);
		},
		ExportAllDeclaration: ({ exportKind, source }) => {
			if (exportKind !== "type") see(source);
		},
		ImportExpression: ({ source }) => see(source),
		CallExpression: ({ callee, arguments: [first] }) => {
			const called =
				callee.type === "MemberExpression" ? callee.property : callee;
			if (called.type === "Identifier" && LOADERS.has(called.name)) see(first);
		},
	}).visit(program);
	return found;
}

test("the core takes nothing from Node but through the host", () => {
	const core = productFiles(packageRoot).filter(
		(file) => CORE.test(file) && !file.startsWith("training/numbers/"),
	);
	assert.ok(core.length > 300, `${core.length} files`);
	const loading = core.flatMap((file) =>
		builtinsOf(file, readFileSync(join(packageRoot, file), "utf8")).map(
			(name) => `${file}: ${name}`,
		),
	);
	assert.deepEqual(loading, []);
});

test("each way to load a module of Node is seen, and types are not", () => {
	for (const line of [
		'import { join } from "node:path";',
		'import fs, { type Stats } from "fs";',
		'import "node:fs";',
		'export { join } from "node:path";',
		'export * from "node:fs/promises";',
		'await import("node:os");',
		'const os = require("os");',
		'requirePackage("node:util");',
		'process.getBuiltinModule("node:fs").existsSync("x");',
	])
		assert.equal(builtinsOf("a.ts", line).length, 1, line);
	for (const line of [
		'import type { Stats } from "node:fs";',
		'export type { Stats } from "node:fs";',
		'import { join } from "../host/paths.ts";',
		"const example = 'import \"node:fs\"';",
		'require("seedrandom");',
	])
		assert.deepEqual(builtinsOf("a.ts", line), [], line);
});
