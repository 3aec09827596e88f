import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	chmodSync,
	copyFileSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { sha256 } from "../../base/canonical.ts";
import { temporaryFolder } from "../../base/test-folder.ts";
import { isLaterOfSameMajor, pinnedNode } from "./node.ts";
import { checkNode } from "./node-check.ts";
import { NODE_PACKAGES } from "./node-packages.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) =>
	JSON.parse(readFileSync(new URL(path, root), "utf8"));

const all = temporaryFolder();
const { XDG_STATE_HOME } = process.env;
let count = 0;
beforeEach(() => {
	process.env.XDG_STATE_HOME = join(all, String(++count));
});
afterEach(() => {
	if (XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME;
	else process.env.XDG_STATE_HOME = XDG_STATE_HOME;
});

test("package.json, the lock file and the recorded binaries speak of the same versions of Node", () => {
	const { optionalDependencies } = read("package.json");
	const { packages } = read("package-lock.json");
	const recorded = Object.values(NODE_PACKAGES);
	assert.deepEqual(
		Object.fromEntries(recorded.map(({ name, version }) => [name, version])),
		optionalDependencies,
	);
	for (const { name, version, sha256: digest, release } of recorded) {
		// Node lists the program for Windows itself, and archives for the others.
		if (release.file.endsWith(".exe")) assert.equal(release.sha256, digest);
		else assert.ok(release.file.startsWith(`node-v${version}-`), release.file);
		assert.match(release.sha256, /^[0-9a-f]{64}$/);
		assert.equal(packages[`node_modules/${name}`].version, version, name);
		assert.match(packages[`node_modules/${name}`].integrity, /^sha512-/);
		assert.match(digest, /^[0-9a-f]{64}$/);
	}
});

test("the pinned Node has the bytes that the project records, and is the version that it says", () => {
	const entry = NODE_PACKAGES[`${process.platform}-${process.arch}`];
	const node = pinnedNode();
	if (!entry || node === process.execPath) return;
	const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
	assert.equal(stdout, `v${entry.version}\n`);
});

const entry = (bytes: string) => ({
	name: "node-test",
	version: "24.21.0",
	sha256: sha256(bytes).replace("sha256:", ""),
});

test("a binary that was changed, swapped or damaged is refused, and how to mend it is said", () => {
	const binary = join(all, `node-${count}`);
	writeFileSync(binary, "right");
	checkNode(binary, entry("right"));
	const { length } = readdirSync(join(all, String(count), "deepdiva"));
	assert.equal(length, 2, "the key, and a note that the binary is right");
	const before = new Date(2020, 1);
	utimesSync(binary, before, before);
	checkNode(binary, entry("right"));
	writeFileSync(binary, "wrong");
	utimesSync(binary, before, before);
	const refused = {
		message: new RegExp(
			`is not the Node that .* records: its SHA-256 is ${entry("wrong").sha256}, and that of node-test@24\\.21\\.0 is ${entry("right").sha256}.*npm ci`,
		),
	};
	assert.throws(() => checkNode(binary, entry("right")), refused);
	// Not once, but until it is mended.
	assert.throws(() => checkNode(binary, entry("right")), refused);
	writeFileSync(binary, "right");
	checkNode(binary, entry("right"));
	// What is right for one version is not for another.
	const elsewhere = `${binary}.link`;
	symlinkSync(binary, elsewhere);
	assert.throws(() => checkNode(elsewhere, entry("newer")), /npm ci/);
});

test("a note that somebody else wrote, or that is of another file, does not stand for the bytes", () => {
	const binary = join(all, `noted-${count}`);
	writeFileSync(binary, "right");
	checkNode(binary, entry("right"));
	const state = join(all, String(count), "deepdiva");
	const note = readdirSync(state).find((name) => name.startsWith("node-"));
	assert.ok(note);
	const text = readFileSync(join(state, note), "utf8");
	const wrong = `${binary}.wrong`;
	writeFileSync(wrong, "wrong");
	chmodSync(wrong, 0o755);
	const itsNote = `node-${sha256(wrong).slice(-16)}.json`;
	for (const planted of [
		text,
		text.replace(binary, wrong),
		"{}",
		'{"seal":null}',
		"[".repeat(4000),
	]) {
		writeFileSync(join(state, itsNote), planted);
		assert.throws(() => checkNode(wrong, entry("right")), /npm ci/);
	}
});

test("where nothing can be kept the binary is read each time, and a right one is taken", () => {
	process.env.XDG_STATE_HOME = join(process.execPath, "no folder");
	const binary = join(all, `unkept-${count}`);
	writeFileSync(binary, "right");
	checkNode(binary, entry("right"));
	copyFileSync(binary, `${binary}.copy`);
	checkNode(`${binary}.copy`, entry("right"));
});

test("only a later release of the same major takes the place of an outdated package", () => {
	for (const [present, later] of [
		["24.0.1", true],
		["24.21.0", true],
		["24.0.0", false],
		["23.11.0", false],
		["25.0.0", false],
		["26.1.0", false],
		["20.19.0", false],
	] as const)
		assert.equal(isLaterOfSameMajor(present, "24.0.0"), later, present);
	assert.ok(!isLaterOfSameMajor("24.3.9", "24.4.0"));
});
