import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { temporaryFolder } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";

const dist = join(packageRoot, "dist");

/** What the library reads, by where it looks for it in a browser. */
const ASSETS = {
	"/app/package.json": join(packageRoot, "package.json"),
	...Object.fromEntries(
		[
			"experiment/strict-math/functions.wasm",
			"training/backend/numerics.json",
			"training/backend/wasm-kernels/kernels.wasm",
		].map((file) => [`/app/dist/${file}`, join(dist, file)]),
	),
	"/packages/@tensorflow/tfjs-backend-wasm/tfjs-backend-wasm-simd.wasm": join(
		packageRoot,
		"node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm",
	),
	"/packages/@resvg/resvg-wasm/index_bg.wasm": join(
		packageRoot,
		"node_modules/@resvg/resvg-wasm/index_bg.wasm",
	),
};

/** Code that draws, logs and waits; and a training. */
const RUNS = `
dd.seed(42);
const body = await dd.run({ name: "walk", params: { step: 0.1 } }, async ({ step }) => {
	let x = 0;
	for (let i = 0; i < 5; i++) {
		await new Promise((resolve) => setTimeout(resolve, 1));
		x += step * Math.random();
		dd.log({ x }, { step: i });
	}
});
const training = await dd.run({ task: "points", params: { epochs: 2 } });
console.log(JSON.stringify([body, training].map(({ outcome }) => outcome.digest)));
`;

/** As a page would load it: the files first, then the library. */
const PAGE = `
import { mkdirSync, readFileSync, writeFileSync } from ${JSON.stringify(join(dist, "host/browser/files.js"))};
import { dirname } from ${JSON.stringify(join(dist, "host/browser/paths.js"))};
export async function main(assets) {
	for (const [path, base64] of assets) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, Buffer.from(base64, "base64"));
	}
	globalThis.fetch = async (path) =>
		new Response(readFileSync(path), { headers: { "content-type": "application/wasm" } });
	const dd = await import(${JSON.stringify(join(dist, "index.js"))});
	${RUNS}
}
`;

/** TensorFlow.js takes what has this for a browser's worker. */
const WORKER = `
globalThis.WorkerGlobalScope = class {};
globalThis.self = globalThis;
import { readFileSync } from "node:fs";
const { main } = await import("./built/page.js");
await main(JSON.parse(readFileSync("assets.json", "utf8")));
`;

/**
 * What Node makes of an import from CommonJS: the names as they are when the module
 * is first imported. A bundler looks them up at each call, and would find our
 * operations where ours ask for those of TensorFlow.js.
 */
const keptNames: esbuild.Plugin = {
	name: "kept names",
	setup(build) {
		const require = createRequire(import.meta.url);
		build.onResolve(
			{ filter: /^@tensorflow\/tfjs-(?:core|layers|data)$/ },
			({ path, kind, importer }) =>
				kind === "import-statement" && importer.startsWith(dist)
					? { path, namespace: "kept-names" }
					: undefined,
		);
		build.onLoad({ filter: /./, namespace: "kept-names" }, ({ path }) => {
			const names = Object.keys(require(path)).filter(
				(name) => name !== "default" && name !== "__esModule",
			);
			const lines = names.map(
				(name, i) =>
					`const kept${i} = all.${name};\nexport { kept${i} as ${name} };`,
			);
			return {
				contents: `const all = require("${path}");\n${lines.join("\n")}`,
				resolveDir: packageRoot,
			};
		});
	},
};

/**
 * Turns async functions into promises, which scopes follow, and gives each module
 * its place. File by file: esbuild refuses the await at the top of tf.js
 * otherwise, and inspect asks for the prototype of a true async generator.
 */
const lowered: esbuild.Plugin = {
	name: "lowered",
	setup(build) {
		build.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
			const place = `file:///app/${relative(packageRoot, path).replaceAll("\\", "/")}`;
			const isAsIs = /backend[\\/]tf\.js$|node-inspect-extracted/.test(path);
			const { code } = await esbuild.transform(readFileSync(path, "utf8"), {
				define: { "import.meta.url": JSON.stringify(place) },
				target: "es2022",
				supported: isAsIs
					? {}
					: {
							"async-await": false,
							"async-generator": false,
							"for-await": false,
						},
			});
			return { contents: code };
		});
	},
};

const bundle = (entry: Partial<esbuild.BuildOptions>) =>
	esbuild.build({
		absWorkingDir: packageRoot,
		bundle: true,
		splitting: true,
		minifySyntax: true,
		minifyWhitespace: true,
		write: false,
		metafile: true,
		outdir: "browser",
		format: "esm",
		platform: "browser",
		logLevel: "error",
		// TensorFlow.js as Node has it: we mend what its modules export, which the other form does not allow.
		mainFields: ["browser", "main"],
		// It says that nothing registers the backend in JavaScript.
		ignoreAnnotations: true,
		inject: [join(dist, "host/browser/globals.js")],
		// For secretlint, whose rules name both.
		alias: {
			"node:fs": join(dist, "host/browser/files.js"),
			"node:path": "pathe",
		},
		plugins: [keptNames, lowered],
		...entry,
	}) as Promise<esbuild.BuildResult<{ write: false; metafile: true }>>;

/** The library and the page, which share their parts, in `built/` of a new folder. */
async function build() {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "page.js"), PAGE);
	const { metafile, outputFiles } = await bundle({
		entryPoints: {
			index: join(dist, "index.js"),
			page: join(folder, "page.js"),
		},
		outdir: join(folder, "built"),
	});
	mkdirSync(join(folder, "built"));
	for (const { path, contents } of outputFiles) writeFileSync(path, contents);
	return { folder, metafile, outputFiles };
}
const built = build();

test("the library bundles for browsers, and nothing of Node is left in it", async (t) => {
	const { metafile, outputFiles } = await built;
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
	const kB = (sizes: readonly number[]) =>
		Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000);
	const contents = outputFiles.map((file) => file.contents);
	t.diagnostic(
		`${outputFiles.length} files, ${kB(contents.map(({ length }) => length))} kB, ${kB(contents.map((bytes) => gzipSync(bytes).length))} kB with gzip`,
	);
});

test("a run and a training have the same digests with a browser's host", async () => {
	const { folder } = await built;
	writeFileSync(
		join(folder, "assets.json"),
		JSON.stringify(
			Object.entries(ASSETS).map(([path, file]) => [
				path,
				readFileSync(file, "base64"),
			]),
		),
	);
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	writeFileSync(join(folder, "worker.js"), WORKER);
	writeFileSync(
		join(folder, "node.js"),
		`const dd = await import(${JSON.stringify(pathToFileURL(join(dist, "index.js")).href)});\n${RUNS}`,
	);
	const digestsBy = (file: string) => {
		const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
			cwd: folder,
			encoding: "utf8",
		});
		assert.equal(status, 0, stderr);
		const line = stdout.split("\n").findLast((text) => text.startsWith("["));
		return JSON.parse(line ?? "[]") as readonly string[];
	};
	const digests = digestsBy("worker.js");
	assert.equal(digests.length, 2);
	assert.deepEqual(digestsBy("node.js"), digests);
});
