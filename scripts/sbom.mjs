// Prints a bill of materials (CycloneDX) of what is installed with the package, from
// the lock file alone. `npm sbom --omit dev` would leave out too much: also what a
// package of the build and one of ours both depend on.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const { status, stdout } = spawnSync(
	"npm",
	["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"],
	{
		cwd: join(dirname(fileURLToPath(import.meta.url)), ".."),
		encoding: "utf8",
		maxBuffer: 1 << 28,
		stdio: ["ignore", "pipe", "inherit"],
		// npm is a script of its shell there.
		shell: process.platform === "win32",
	},
);
if (status !== 0) process.exit(status ?? 1);

const isForTheBuild = ({ properties = [] }) =>
	properties.some(({ name }) => name === "cdx:npm:package:development");
const bill = JSON.parse(stdout);
const left = new Set(
	bill.components
		.filter(isForTheBuild)
		.map((component) => component["bom-ref"]),
);
const isListed = (ref) => !left.has(ref);
console.log(
	JSON.stringify(
		{
			...bill,
			components: bill.components.filter((one) => isListed(one["bom-ref"])),
			dependencies: bill.dependencies
				.filter(({ ref }) => isListed(ref))
				.map(({ ref, dependsOn = [] }) => ({
					ref,
					dependsOn: dependsOn.filter(isListed),
				})),
		},
		undefined,
		2,
	),
);
