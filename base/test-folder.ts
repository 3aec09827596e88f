import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";

/** A folder for one test file, removed when its tests are over. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-"));
	after(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Writes files by relative path, making their folders. */
export function writeFiles(
	folder: string,
	files: Readonly<Record<string, string | Uint8Array>>,
): void {
	for (const [path, content] of Object.entries(files)) {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, content);
	}
}
