// Runs the same experiments on several interpreters and prints which digests are equal.
//
//   npm run build && node test/determinism/table.mjs [--write README.md]
//
// With --write the table is put between the markers of the file, and what was
// found is kept in result.json, which the tests compare with both.
import { runPinned } from "../../scripts/pinned.mjs";

runPinned("test/determinism/table.ts");
