// Fetches each package of a pinned Node, as the lock file has it, and compares its
// binary with the SHA-256 that kernel/owner/node-packages.ts records. With
// --official it fetches the same from the release at nodejs.org, too: an archive
// with the checksum of SHASUMS256.txt, and the binary in it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tar from "tar";
import { NODE_PACKAGES } from "../dist/kernel/owner/node-packages.js";

const { packages } = JSON.parse(
	readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const isOfficial = process.argv.includes("--official");
const dist = process.env.NODEJS_ORG_MIRROR ?? "https://nodejs.org/dist";
const folder = mkdtempSync(join(tmpdir(), "deepdiva-node-"));

const hashOf = (path, algorithm, encoding) =>
	createHash(algorithm).update(readFileSync(path)).digest(encoding);

function requireEqual(what, found, recorded) {
	const right = found === recorded;
	console.log(
		`${what} ${found} ${right ? "as recorded" : `RECORDED AS ${recorded}`}`,
	);
	if (!right) process.exitCode = 1;
}

async function binaryOf(archive, file) {
	await tar.x({ file: archive, cwd: folder }, [file]);
	return hashOf(join(folder, file), "sha256", "hex");
}

async function checkPackage({ name, binary, sha256 }) {
	const { version, integrity } = packages[`node_modules/${name}`];
	const { stdout, status } = spawnSync(
		"npm",
		["pack", "--ignore-scripts", "--json", `${name}@${version}`],
		{ cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 },
	);
	if (status !== 0) throw new Error(`npm pack ${name}@${version} failed`);
	const archive = join(folder, JSON.parse(stdout)[0].filename);
	const id = `${name}@${version}`;
	requireEqual(
		`${id} archive`,
		`sha512-${hashOf(archive, "sha512", "base64")}`,
		integrity,
	);
	requireEqual(
		`${id} binary`,
		await binaryOf(archive, `package/${binary}`),
		sha256,
	);
}

async function checkRelease({ version, binary, sha256, release }) {
	const address = `${dist}/v${version}/${release.file}`;
	const response = await fetch(address);
	if (!response.ok) throw new Error(`${address}: ${response.status}`);
	const archive = join(folder, "release");
	writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
	requireEqual(
		`${address} file`,
		hashOf(archive, "sha256", "hex"),
		release.sha256,
	);
	if (release.file.endsWith(".exe")) return;
	const root = release.file.replace(/\.tar\.gz$/, "");
	requireEqual(
		`${address} binary`,
		await binaryOf(archive, `${root}/${binary}`),
		sha256,
	);
}

try {
	for (const entry of Object.values(NODE_PACKAGES)) {
		await checkPackage(entry);
		if (isOfficial) await checkRelease(entry);
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
