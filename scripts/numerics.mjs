// Names what computes: a digest over the kernels and gradients, as they run.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

/** Parts of TensorFlow.js whose code takes part in every result. */
const PARTS = [
	"@tensorflow/tfjs-core",
	"@tensorflow/tfjs-layers",
	"@tensorflow/tfjs-backend-wasm",
];

/** Folders of training/backend whose code takes part in every result, too. */
const COMPUTING = [
	"complex",
	"fit",
	"gradients",
	"layers",
	"operations",
	"wasm-kernels",
];

/**
 * Writes dist/training/backend/numerics.json. Comments, names of variables and the
 * places that functions are imported from do not count: builds that compute alike
 * have one digest.
 */
export async function writeNumerics() {
	const backend = join(root, "dist/training/backend");
	const hash = createHash("sha256");
	for (const name of PARTS) {
		const manifest = require.resolve(`${name}/package.json`);
		const { version } = JSON.parse(readFileSync(manifest, "utf8"));
		hash.update(`${name}@${version}\n`);
	}
	const modules = [
		join(backend, "javascript-kernels.js"),
		...COMPUTING.flatMap((folder) =>
			readdirSync(join(backend, folder))
				.filter((name) => name.endsWith(".js") && !name.endsWith(".test.js"))
				.sort()
				.map((name) => join(backend, folder, name)),
		),
	];
	for (const path of modules) {
		const { code } = await esbuild.transform(readFileSync(path, "utf8"), {
			minify: true,
			sourcemap: false,
		});
		hash.update(code.replace(/\bfrom\s*"[^"]*"/g, ""));
	}
	hash.update(readFileSync(join(backend, "wasm-kernels", "kernels.wasm")));
	writeFileSync(
		join(backend, "numerics.json"),
		`${JSON.stringify({ numerics: hash.digest("hex").slice(0, 16) })}\n`,
	);
}
