import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../base/test-folder.ts";

/**
 * What an attack leaves where it works: a file in a folder of its own, which
 * nothing else writes to. Harmless, and seen by every test.
 */
export interface Proof {
	/** Absolute; attacks write it, or make a program do it. */
	readonly file: string;
	/** A shell command that leaves the proof. */
	readonly command: string;
	/** The same as a statement of JavaScript, for code that must not run. */
	readonly statement: string;
	/** @throws AssertionError where anything was left */
	assertNone(attack: string): void;
}

export function proof(): Proof {
	const folder = temporaryFolder();
	const file = join(folder, "proof");
	return {
		file,
		command: `touch ${file}`,
		statement: `(await import("node:fs")).writeFileSync(${JSON.stringify(file)}, "");`,
		assertNone(attack) {
			assert.deepEqual(
				existsSync(folder) ? readdirSync(folder) : ["(the folder is gone)"],
				[],
				`${attack} worked: it left its proof`,
			);
		},
	};
}
