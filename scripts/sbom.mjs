// Prints a bill of materials (CycloneDX) of what is installed with the package, by the
// lock file, and of packages that the build puts into it. `npm sbom --omit dev` would
// leave out too much: also what a package of the build and one of ours both depend on.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { shippedPackages } from "./shipped.mjs";

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

const FOR_THE_BUILD = "cdx:npm:package:development";
const isForTheBuild = ({ properties = [] }) =>
	properties.some(({ name }) => name === FOR_THE_BUILD);
const shipped = await shippedPackages();
const isShipped = ({ name, version }) => shipped.has(`${name}@${version}`);
const bill = JSON.parse(stdout);
const left = new Set(
	bill.components
		.filter((one) => isForTheBuild(one) && !isShipped(one))
		.map((component) => component["bom-ref"]),
);
const isListed = (ref) => !left.has(ref);
/** A part of the package, which nobody can leave out. */
const bundled = (component) => ({
	...component,
	scope: "required",
	properties: component.properties.map((property) =>
		property.name === FOR_THE_BUILD
			? { ...property, name: "cdx:npm:package:bundled" }
			: property,
	),
});
console.log(
	JSON.stringify(
		{
			...bill,
			components: bill.components
				.filter((one) => isListed(one["bom-ref"]))
				.map((one) => (isForTheBuild(one) ? bundled(one) : one)),
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
