// Fetches each package of a pinned Node, as the lock file has it, and compares its
// binary with the SHA-256 that kernel/engine/node-packages.ts records. With a new
// version in package.json it prints what to record.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tar from "tar";
import { NODE_PACKAGES } from "../dist/kernel/engine/node-packages.js";

const { packages } = JSON.parse(
	readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const folder = mkdtempSync(join(tmpdir(), "deepdiva-node-"));
try {
	for (const [platform, { name, binary, sha256 }] of Object.entries(
		NODE_PACKAGES,
	)) {
		const { version, integrity } = packages[`node_modules/${name}`];
		const { stdout, status } = spawnSync(
			"npm",
			["pack", "--ignore-scripts", "--json", `${name}@${version}`],
			{ cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 },
		);
		if (status !== 0) throw new Error(`npm pack ${name}@${version} failed`);
		const archive = join(folder, JSON.parse(stdout)[0].filename);
		const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
		if (found !== integrity)
			throw new Error(
				`${name}@${version} has ${found}, and the lock file ${integrity}`,
			);
		const file = `package/${binary}`;
		await tar.x({ file: archive, cwd: folder }, [file]);
		const digest = createHash("sha256")
			.update(readFileSync(join(folder, file)))
			.digest("hex");
		console.log(
			`${platform} ${name}@${version} ${digest} ${digest === sha256 ? "as recorded" : `RECORDED AS ${sha256}`}`,
		);
		if (digest !== sha256) process.exitCode = 1;
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
