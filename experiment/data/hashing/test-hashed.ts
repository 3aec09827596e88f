import assert from "node:assert/strict";
import type { HashedFile } from "./hash-file.ts";
import type { HashedFiles } from "./packed-files.ts";

/** The files at these places are these, each with its stamp or with none. */
export function assertHashed(
	files: HashedFiles,
	expected: Iterable<readonly [number, HashedFile]>,
): void {
	for (const [index, { digest, bytes, stamp }] of expected) {
		assert.equal(files.digest(index), digest);
		assert.equal(files.bytes(index), bytes);
		assert.equal(files.stamps.has(index), stamp !== undefined);
		if (stamp) assert.ok(files.stamps.matches(index, stamp));
	}
}
