import {
	cpSync,
	mkdirSync,
	readdirSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/version.ts";

/** A built clone in a folder of its own, for tests that move it or take parts away. */
export function copyInstallation(folder: string): string {
	for (const part of ["bin", "dist", "package.json", "tutorials"])
		cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
	writeFileSync(join(folder, "tsconfig.json"), "{}");
	const packages = join(folder, "node_modules");
	const original = join(packageRoot, "node_modules");
	mkdirSync(packages);
	for (const name of readdirSync(original))
		if (name !== "zeromq")
			symlinkSync(join(original, name), join(packages, name));
	// The one that an installation is known by lies here, and not where a link leads.
	cpSync(join(original, "zeromq"), join(packages, "zeromq"), {
		recursive: true,
	});
	return folder;
}
