import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { packageRoot } from "../../base/version.ts";

test("the library bundles for browsers, and nothing of Node is left in it", async (t) => {
	const { metafile, outputFiles } = await esbuild.build({
		absWorkingDir: packageRoot,
		entryPoints: [join(packageRoot, "dist", "index.js")],
		bundle: true,
		splitting: true,
		minify: true,
		write: false,
		metafile: true,
		outdir: "browser",
		format: "esm",
		platform: "browser",
		// TensorFlow.js as Node has it: we mend what its modules export, which the other form does not allow.
		mainFields: ["browser", "main"],
		// It says that nothing registers the backend in JavaScript.
		ignoreAnnotations: true,
		// For secretlint, whose rules name both.
		alias: {
			"node:fs": join(packageRoot, "dist/host/browser/files.js"),
			"node:path": "pathe",
		},
	});
	const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
		imports.filter(({ external }) => external).map(({ path }) => path),
	);
	assert.deepEqual(imported, []);
	for (const { path, text } of outputFiles)
		assert.doesNotMatch(text, /["'`]node:\w+/, path);
	const inputs = Object.keys(metafile.inputs);
	assert.ok(inputs.includes("dist/host/browser/files.js"));
	assert.deepEqual(
		inputs.filter((path) => /^dist\/host\/[\w-]+\.js$/.test(path)),
		[],
	);
	const kB = (bytes: number) => Math.round(bytes / 1000);
	const size = outputFiles.reduce(
		(sum, { contents }) => sum + contents.length,
		0,
	);
	const zipped = outputFiles.reduce(
		(sum, { contents }) => sum + gzipSync(contents).length,
		0,
	);
	t.diagnostic(
		`${outputFiles.length} files, ${kB(size)} kB, ${kB(zipped)} kB with gzip`,
	);
});
