// Packs the package, installs it in an empty folder, prints what it takes there,
// and does there what README begins with: the tutorial.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
} finally {
	rmSync(folder, { recursive: true, force: true });
}
