/** What is installed with the package, and what may run while it is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../base/test-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Locked {
	readonly version: string;
	readonly resolved?: string;
	readonly integrity?: string;
	readonly hasInstallScript?: boolean;
	readonly dev?: boolean;
	readonly link?: boolean;
	readonly license?: string;
}

const { packages } = JSON.parse(read("package-lock.json")) as {
	readonly packages: Readonly<Record<string, Locked>>;
};
const installed = Object.entries(packages).filter(([path]) => path !== "");

test("two packages have install scripts, and neither is needed", () => {
	// esbuild's puts its binary where a Node script is, and zeromq's builds where no
	// binary is shipped. `test/package` installs without any and uses both.
	assert.deepEqual(
		installed
			.filter(([, { hasInstallScript }]) => hasInstallScript)
			.map(([path]) => path),
		["node_modules/esbuild", "node_modules/zeromq"],
		"a package with an install script came into package-lock.json: take another one, or show that its script is not needed",
	);
	assert.match(
		read("scripts/install-package.mjs"),
		/\["install", "--ignore-scripts"/,
	);
});

test("every package is held by a digest in the lock file, and comes from the registry", () => {
	for (const [path, { integrity, resolved, link }] of installed) {
		assert.ok(!link, path);
		assert.match(integrity ?? "", /^sha512-[A-Za-z0-9+/]{86}==$/, path);
		if (resolved !== undefined)
			assert.match(resolved, /^https:\/\/registry\.npmjs\.org\//, path);
	}
	const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
		read("package.json"),
	) as Readonly<Record<string, Readonly<Record<string, string>>>>;
	for (const [name, version] of Object.entries({
		...dependencies,
		...optionalDependencies,
		...devDependencies,
	}))
		assert.match(version, /^(npm:[@\w/.-]+@)?\d+\.\d+\.\d+$/, name);
});

function licencesOf(file: string) {
	return spawnSync(
		process.execPath,
		[join(root, "scripts/licences.mjs"), file],
		{ encoding: "utf8" },
	);
}

test("every package has a licence that goes with ours, and one that has not is named", () => {
	const own = licencesOf(join(root, "package-lock.json"));
	assert.equal(own.status, 0, own.stderr);
	assert.match(own.stdout, /^ +\d+ {2}MIT$/m);
	const file = join(temporaryFolder(), "package-lock.json");
	writeFileSync(
		file,
		JSON.stringify({
			packages: {
				"": { license: "GPL-3.0" },
				"node_modules/free": { license: "(MIT OR GPL-3.0-only)" },
				"node_modules/strict": { license: "GPL-3.0-only" },
				"node_modules/both": { license: "MIT AND AGPL-3.0-only" },
				"node_modules/a/node_modules/nothing": {},
				"node_modules/odd": { license: "SEE LICENSE IN LICENSE" },
			},
		}),
	);
	const other = licencesOf(file);
	assert.equal(other.status, 1);
	assert.deepEqual(
		other.stderr.match(/^node_modules\S+/gm),
		["strict", "both", "a/node_modules/nothing", "odd"].map(
			(name) => `node_modules/${name}`,
		),
	);
});

test("npm run sbom lists what is installed with the package, by the lock file, and what is bundled in it", () => {
	const { stdout, stderr, status } = spawnSync(
		process.platform === "win32" ? "npm.cmd" : "npm",
		["run", "--silent", "sbom"],
		{
			cwd: root,
			encoding: "utf8",
			shell: process.platform === "win32",
			env: { ...process.env, npm_config_offline: "true" },
			maxBuffer: 1 << 26,
			timeout: 120_000,
		},
	);
	assert.equal(status, 0, stderr);
	const { bomFormat, components } = JSON.parse(stdout) as {
		readonly bomFormat: string;
		readonly components: readonly {
			readonly purl: string;
			readonly properties?: readonly { readonly name: string }[];
			readonly hashes?: readonly { readonly alg: string }[];
		}[];
	};
	assert.equal(bomFormat, "CycloneDX");
	const listed = new Set(components.map(({ purl }) => purl));
	for (const [path, { version, dev }] of installed) {
		const name = path.replace(/^.*node_modules\//, "").replace("@", "%40");
		const purl = `pkg:npm/${name}@${version}`;
		if (!dev) assert.ok(listed.has(purl), purl);
	}
	assert.ok(
		!listed.has(
			`pkg:npm/%40biomejs/biome@${packages["node_modules/@biomejs/biome"]?.version}`,
		),
	);
	const bundled = components.filter(({ properties = [] }) =>
		properties.some(({ name }) => name === "cdx:npm:package:bundled"),
	);
	const names = new Set(
		bundled.map(({ purl }) => purl.replace(/^pkg:npm\/(.*)@.*$/, "$1")),
	);
	// Those of the first row are called by a function that we call.
	for (const name of [
		...[
			"%40stdlib/math-base-special-betainc",
			"%40stdlib/constants-float64-eps",
		],
		...["%40stdlib/stats-base-dists-t-cdf", "assemblyscript", "mnist"],
		"%40expo-google-fonts/arimo",
	])
		assert.ok(names.has(name), name);
	// A part of @stdlib that only its own tests or examples use is in no bundle.
	assert.ok(!names.has("debug"));
	for (const { purl, hashes } of components)
		assert.equal(hashes?.[0]?.alg, "SHA-512", purl);
});

test("the public checks may read the repository and nothing else, and run no install script", () => {
	const text = read(".github/workflows/ci.yml");
	assert.match(text, /^permissions:\n {2}contents: read\n/m);
	assert.doesNotMatch(text, /secrets\.|pull_request_target|: write/);
	for (const [line] of text.matchAll(/npm (?:ci|install).*/g))
		assert.match(line, /--ignore-scripts/);
	for (const command of ["audit --omit=dev", "run licences", "run sbom"])
		assert.ok(text.includes(`npm ${command}`), command);
});
