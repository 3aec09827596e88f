// Puts the modules of dist/ that programs start with into few files, dist/bundle/: reading
// hundreds takes longer than running them.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import * as esbuild from "esbuild";
import { parseSync } from "oxc-parser";
import { removeSuperseded } from "./old-outputs.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

/**
 * What can be in one process shares one set of files: it must have one copy of each
 * module. The server imports no user code, and starts sooner alone.
 */
const BUNDLES = [
	{
		folder: "shared",
		modules: [
			"cli/main",
			"experiment/random/worker-boot",
			"index",
			"kernel/engine/display/tslab",
			"kernel/engine/main",
			"kernel/index",
			"seed",
			"training/backend/first",
			"training/backend/seeding",
			"training/backend/tf",
		],
	},
	{ folder: "kernel/server", modules: ["kernel/server/main"] },
];

/** The server is where kernelspecs have it; of the others any may import another, so they lie side by side. */
const fileOf = (folder, module) =>
	folder === "shared"
		? `${module.replaceAll("/", "-")}.js`
		: `${basename(module)}.js`;

const slashes = (path) => path.replaceAll("\\", "/");

/** From a folder of dist/bundle to each module that the table has. */
function modulesFrom(folder) {
	const here = join(dist, "bundle", folder);
	return Object.fromEntries(
		BUNDLES.flatMap(({ folder: other, modules }) =>
			modules.map((module) => [
				module,
				slashes(
					relative(here, join(dist, "bundle", other, fileOf(other, module))),
				),
			]),
		),
	);
}

/** Writes dist/bundle. What an earlier build has left there goes later: its processes may run still. */
export async function writeBundles() {
	const stars = await tensorflowNames();
	await Promise.all(BUNDLES.map((bundle) => writeBundle(bundle, stars)));
}

async function writeBundle({ folder, modules }, stars) {
	const to = join(dist, "bundle", folder);
	const { outputFiles, metafile } = await esbuild.build({
		absWorkingDir: root,
		entryPoints: modules.map((module) => ({
			in: join(dist, `${module}.js`),
			out: fileOf(folder, module).replace(/\.js$/, ""),
		})),
		outdir: to,
		bundle: true,
		splitting: true,
		// Names of functions and classes are in messages, and users may read them.
		keepNames: true,
		write: false,
		metafile: true,
		format: "esm",
		platform: "node",
		target: "node20.19",
		sourcemap: true,
		sourcesContent: false,
		packages: "external",
		plugins: [
			{
				name: "modules as they were",
				setup: (build) =>
					build.onLoad({ filter: /\.js$/ }, ({ path }) =>
						load(path, folder, to, stars),
					),
			},
		],
	});
	mkdirSync(to, { recursive: true });
	const entries = new Set(modules.map((module) => fileOf(folder, module)));
	const written = new Set();
	/** Whole or not at all, since a process may start meanwhile. */
	const write = (name, text) => {
		written.add(name);
		writeFileSync(join(to, `${name}.tmp`), text);
		renameSync(join(to, `${name}.tmp`), join(to, name));
	};
	// Node looks for one of each file, in all folders above until it finds one.
	write("package.json", '{ "type": "module" }\n');
	write("lines.json", JSON.stringify(linesOf(outputFiles)));
	// What programs start with comes last: all that it imports is there then.
	const isEntry = ({ path }) => entries.has(basename(path));
	for (const { path, text } of outputFiles.toSorted(
		(a, b) => isEntry(a) - isEntry(b),
	)) {
		const { imports = [] } = metafile.outputs[slashes(relative(root, path))];
		const first = imports.some(({ path }) => path.startsWith("@tensorflow/"))
			? `import "./${fileOf(folder, "training/backend/first")}"; `
			: "";
		write(basename(path), first + text);
	}
	removeSuperseded(to, written);
}

/** A module of dist/, with what the move to another file would change. */
async function load(path, folder, to, stars) {
	const module = slashes(relative(dist, path)).replace(/\.js$/, "");
	const source = readFileSync(path, "utf8");
	if (module === "base/own-modules")
		return { contents: inBundle(source, folder) };
	if (module === "training/backend/tf")
		return { contents: namedStars(source, stars) };
	return { contents: await keepPlace(source, path, to) };
}

/** Tells the code where the bundle is that it is in: there it finds other modules, not from its own place on. */
function inBundle(source, folder) {
	const modules = JSON.stringify(modulesFrom(folder));
	const told = source.replace(
		"const bundle = undefined;",
		() => `const bundle = { place: import.meta.url, modules: ${modules} };`,
	);
	if (told === source) throw new Error("own-modules.js has no place for it");
	return told;
}

/** What a module finds from its own place on, it finds there after the move too. */
async function keepPlace(source, path, to) {
	if (!source.includes("import.meta.url")) return source;
	const map = readFileSync(`${path}.map`).toString("base64");
	const { code } = await esbuild.transform(
		source.replace(
			/\n\/\/# sourceMappingURL=.*\s*$/,
			`\n//# sourceMappingURL=data:application/json;base64,${map}`,
		),
		{
			define: { "import.meta.url": "PLACE" },
			format: "esm",
			sourcefile: path,
			sourcemap: "inline",
			sourcesContent: false,
		},
	);
	const place = JSON.stringify(slashes(relative(to, path)));
	return `const PLACE = new URL(${place}, import.meta.url).href; ${code}`;
}

/** Names of the parts of TensorFlow.js that tf.ts hands on whole, as Node tells them. */
const tensorflowNames = async () =>
	new Map(
		await Promise.all(
			["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"].map(async (part) => [
				part,
				Object.keys(await import(part)).filter(
					(name) => name !== "default" && /^[\w$]+$/.test(name),
				),
			]),
		),
	);

/** `export *` with its names: esbuild does not know those of a package that it leaves outside. */
function namedStars(source, stars) {
	const own = new Set(
		parseSync("tf.js", source)
			.module.staticExports.flatMap(({ entries }) => entries)
			.map(({ exportName }) => exportName.name),
	);
	const parts = [...stars];
	return source.replace(/^export \* from "([^"]+)";/gm, (_, part) => {
		const names = (stars.get(part) ?? []).filter(
			(name) =>
				!own.has(name) &&
				// A name that two of them have, `export *` leaves out.
				parts.every(
					([other, others]) => other === part || !others.includes(name),
				),
		);
		return `export { ${names.join(", ")} } from "${part}";`;
	});
}

/** Of each file, at which lines (1-based) the code of another module begins. */
function linesOf(outputFiles) {
	const lines = {};
	for (const { path, text } of outputFiles) {
		if (!path.endsWith(".js.map")) continue;
		const map = new TraceMap(text);
		const starts = [];
		for (const [line, segments] of decodedMappings(map).entries()) {
			const source = segments.find(({ length }) => length > 1)?.[1];
			if (source === undefined) continue;
			// A module that the build made has no source but itself.
			const module = slashes(
				relative(root, resolve(dirname(path), map.sources[source])),
			).replace(/^dist\/|\.[jt]s$/g, "");
			if (starts.at(-1)?.[1] !== module) starts.push([line + 1, module]);
		}
		lines[basename(path, ".map")] = starts;
	}
	return lines;
}
