// Packs the built package and installs it in an empty folder, as a user does.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Nothing of npm, should it have started this. */
const env = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
);

/**
 * `npm pack`, then `npm init -y` and `npm install` of the archive in `folder`. No
 * package's install script runs: the product is to do without.
 * @returns the archive's files
 */
export function installPackage(folder) {
	const npm = (cwd, ...args) =>
		// What it says on stderr is in the error, should it fail.
		execFileSync("npm", args, { cwd, env, encoding: "utf8", stdio: "pipe" });
	const pack = ["pack", "--json", "--ignore-scripts"];
	const [{ filename, files }] = JSON.parse(
		npm(root, ...pack, "--pack-destination", folder),
	);
	npm(folder, "init", "-y");
	const install = ["install", "--ignore-scripts", "--prefer-offline"];
	npm(folder, ...install, "--no-audit", "--no-fund", `./${filename}`);
	return files.map(({ path }) => path);
}
