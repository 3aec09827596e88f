import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

const root = fileURLToPath(new URL("../", import.meta.url));

const parse = (path: string) =>
	parseSync(path, readFileSync(path, "utf8")).module;

/** Plain JavaScript, which no compiler checks: scripts, measurements, the command's beginning. */
const scripts = ["bench", "bin", "scripts", "test"].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
		.filter((name) => /\.m?js$/.test(name) && !name.includes("node_modules"))
		.map((name) => join(root, folder, name)),
);

/** The source of a file of the build; undefined for any other path. */
function sourceOf(path: string): string | undefined {
	const built = relative(join(root, "dist"), path);
	return built.startsWith("..")
		? undefined
		: join(root, built.replace(/\.js$/, ".ts"));
}

/** Names that a module exports; undefined for one that hands on all of another's. */
function exportedBy(source: string): ReadonlySet<string> | undefined {
	const entries = parse(source).staticExports.flatMap(({ entries }) => entries);
	if (entries.some(({ importName }) => importName.kind === "AllButDefault"))
		return undefined;
	return new Set(entries.map(({ exportName }) => exportName.name ?? "default"));
}

test("what scripts and measurements import from the build is exported there", () => {
	const missing: string[] = [];
	let looked = 0;
	for (const script of scripts)
		for (const { moduleRequest, entries } of parse(script).staticImports) {
			if (!moduleRequest.value.startsWith(".")) continue;
			const source = sourceOf(join(dirname(script), moduleRequest.value));
			if (source === undefined) continue;
			const exported = exportedBy(source);
			for (const { importName } of entries) {
				if (importName.kind !== "Name") continue;
				looked++;
				if (exported && !exported.has(importName.name ?? ""))
					missing.push(
						`${relative(root, script)}: ${importName.name} of ${relative(root, source)}`,
					);
			}
		}
	assert.deepEqual(missing, []);
	assert.ok(looked >= 10, `${looked} names`);
});
