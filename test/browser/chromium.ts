import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser `DEEPDIVA_CHROMIUM` names, else the first on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
	const named = process.env.DEEPDIVA_CHROMIUM;
	const candidates = named
		? [named]
		: (process.env.PATH ?? "")
				.split(delimiter)
				.flatMap((folder) => NAMES.map((name) => join(folder, name)));
	return candidates.find((path) => {
		try {
			accessSync(path, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/**
 * Starts the browser without a window. Without one the test is not run and says
 * why – except in CI, where it fails, so that it cannot go missing unseen.
 *
 * @returns the browser, or undefined when the test is to return at once
 */
export async function startChromium(
	test?: TestContext,
): Promise<Browser | undefined> {
	const executablePath = findChromium();
	if (executablePath === undefined) {
		const reason =
			"not run: no Chromium on the PATH. Install one, or set DEEPDIVA_CHROMIUM to its path.";
		if (!test || process.env.CI === "true") throw new Error(reason);
		test.skip(reason);
		return undefined;
	}
	return chromium.launch({
		executablePath,
		args: [
			"--headless",
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}
