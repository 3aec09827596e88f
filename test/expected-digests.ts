import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * What runs came out as when somebody last looked, by the name of a test and of
 * a run. It changes in a commit of its own that says why; this writes it:
 * DEEPDIVA_WRITE_DIGESTS=1 npm test -- expected-digests, and for the whole
 * tutorial, which takes a minute, DEEPDIVA_WRITE_DIGESTS=1 node scripts/installed.mjs
 */
const FILE = fileURLToPath(new URL("expected-digests.json", import.meta.url));

type Digests = Readonly<Record<string, string>>;

/** The digests are those of expected-digests.json. */
export function assertExpected(group: string, digests: Digests): void {
	const all = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Digests>;
	if (process.env.DEEPDIVA_WRITE_DIGESTS) {
		all[group] = digests;
		writeFileSync(FILE, `${JSON.stringify(all, undefined, "\t")}\n`);
	}
	assert.deepEqual(
		digests,
		all[group],
		`what ${group} computes is not what test/expected-digests.json says; where that is meant, write it anew (test/expected-digests.ts says how) in a commit that says why`,
	);
}
