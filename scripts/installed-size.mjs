// Packs the package, installs it in an empty folder, and prints what it takes there.
import { execFileSync } from "node:child_process";
import {
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const LIMIT_MEGABYTES = 450;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "deepdiva-installed-"));
const npm = (cwd, ...args) =>
	execFileSync("npm", args, {
		cwd,
		encoding: "utf8",
		stdio: ["ignore", "pipe", "inherit"],
	});

try {
	const [{ filename }] = JSON.parse(
		npm(
			root,
			"pack",
			"--json",
			"--ignore-scripts",
			"--pack-destination",
			folder,
		),
	);
	writeFileSync(
		join(folder, "package.json"),
		'{ "name": "empty", "type": "module" }\n',
	);
	npm(
		folder,
		"install",
		"--omit=dev",
		"--no-audit",
		"--no-fund",
		join(folder, filename),
	);
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
	console.log(
		execFileSync(
			join(folder, "node_modules", ".bin", "deepdiva"),
			["--version"],
			{
				cwd: folder,
				encoding: "utf8",
			},
		).trim(),
	);
	if (megabytes > LIMIT_MEGABYTES) process.exitCode = 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
