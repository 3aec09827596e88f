import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The files that a file loads, whatever they load included; types are no loading. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
	if (found.has(file)) return found;
	found.add(file);
	const imports = readFileSync(file, "utf8").matchAll(
		/^(?:import|export) (?!type\b)(?:[^;"]*? from )?"(\.[^"]+)";/gm,
	);
	for (const [, path = ""] of imports)
		loadedBy(resolve(dirname(file), path), found);
	return found;
}

test("reading a cell loads no magic and nothing that exports", () => {
	const loaded = [...loadedBy(`${root}cell/cell.ts`)].map((file) =>
		file.slice(root.length),
	);
	assert.ok(loaded.includes("cell/magic-syntax.ts"));
	assert.deepEqual(
		loaded.filter((file) => !/^(cell|base)\//.test(file)),
		[],
	);
});
