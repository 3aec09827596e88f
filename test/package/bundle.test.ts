/** The few files that the build makes of the modules (`scripts/bundle.mjs`). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../base/version.ts";
import { productFiles } from "../rooms/imports.ts";

const dist = join(packageRoot, "dist");
const shared = join(dist, "bundle", "shared");

/** Of a program's own output, JSON. */
function told(args: readonly string[]): unknown {
	const { stdout, stderr, status } = spawnSync(process.execPath, args, {
		encoding: "utf8",
		maxBuffer: 1e8,
	});
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout);
}

test("every module that is looked up is there, in each bundle", () => {
	const looked = new Set(
		productFiles(packageRoot).flatMap((file) =>
			Array.from(
				readFileSync(join(packageRoot, file), "utf8").matchAll(
					/\bownModule\("([^"]+)"\)/g,
				),
				([, module = ""]) => module,
			),
		),
	);
	assert.ok(looked.size >= 5, `${looked.size} modules`);
	for (const module of looked)
		assert.ok(
			existsSync(join(shared, `${module.replaceAll("/", "-")}.js`)),
			module,
		);
});

test("the tensor library of the bundle is that of the modules, name by name", () => {
	const probe = fileURLToPath(new URL("tensor-library.mjs", import.meta.url));
	const from = join(packageRoot, "package.json");
	const [bundled, modules] = [
		join(shared, "training-backend-tf.js"),
		join(dist, "training", "backend", "tf.js"),
	].map((module) => told([probe, module, from]));
	assert.ok(Object.keys(Object(bundled)).length > 3000);
	assert.deepEqual(bundled, modules);
});

test("each line of a bundle is led back to its module", () => {
	const lines = JSON.parse(
		readFileSync(join(shared, "lines.json"), "utf8"),
	) as Record<string, readonly (readonly [number, string])[]>;
	const wrong: string[] = [];
	let looked = 0;
	for (const [file, starts] of Object.entries(lines)) {
		const text = readFileSync(join(shared, file), "utf8").split("\n");
		// The bundler names each module above its code.
		for (const [index, line] of text.entries()) {
			const [, module] = /^\/\/ dist\/(.*)\.js$/.exec(line) ?? [];
			const found = starts.find(([start]) => start > index + 1);
			if (module === undefined || found === undefined) continue;
			looked++;
			const at = starts.findLast(([start]) => start <= index + 2)?.[1];
			if (at !== module && found[1] !== module)
				wrong.push(`${file}:${index + 2}: ${at}, not ${module}`);
		}
	}
	assert.deepEqual(wrong, []);
	assert.ok(looked > 300, `${looked} modules`);
});
