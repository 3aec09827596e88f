// Packs the package, installs it in an empty folder, prints what it takes there,
// and does there what README begins with: the tutorial, whose runs have the
// digests of test/expected-digests.json. DEEPDIVA_WRITE_DIGESTS=1 writes these.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackage } from "./install-package.mjs";

const LIMIT_MEGABYTES = 450;
const folder = mkdtempSync(join(tmpdir(), "deepdiva-installed-"));

try {
	installPackage(folder);
	const bytes = readdirSync(join(folder, "node_modules"), {
		recursive: true,
		withFileTypes: true,
	})
		.filter((entry) => entry.isFile())
		.reduce(
			(sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size,
			0,
		);
	const megabytes = bytes / 1e6;
	console.log(
		`installed size: ${megabytes.toFixed(0)} MB (limit ${LIMIT_MEGABYTES} MB)`,
	);
	if (megabytes > LIMIT_MEGABYTES) process.exitCode = 1;
	const command = join(folder, "node_modules", ".bin", "deepdiva");
	execFileSync(command, ["start"], { cwd: folder, stdio: "inherit" });
	compareDigests(join(folder, "runs"));
} finally {
	rmSync(folder, { recursive: true, force: true });
}

/** The tutorial computes what it computed before, to the bit. */
function compareDigests(runs) {
	const found = Object.fromEntries(
		readdirSync(runs, { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith("run.json"))
			.map((name) => JSON.parse(readFileSync(join(runs, name), "utf8")))
			.map(({ experiment, repeat, digest }) => [
				`${experiment}, repeat ${repeat}`,
				digest,
			])
			.toSorted(),
	);
	const file = fileURLToPath(
		new URL("../test/expected-digests.json", import.meta.url),
	);
	const expected = JSON.parse(readFileSync(file, "utf8"));
	if (process.env.DEEPDIVA_WRITE_DIGESTS) {
		expected.tutorial = found;
		writeFileSync(file, `${JSON.stringify(expected, undefined, "\t")}\n`);
	}
	assert.deepEqual(found, expected.tutorial);
	console.log("the tutorial's runs have the digests that are expected");
}
