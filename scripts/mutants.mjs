// `npm run mutants [-- OPTION …]`, on the pinned Node: plants mistakes in copies of
// the sources and asks the tests whether they notice.
import { runPinned } from "./pinned.mjs";

runPinned("test/mutants/mutants.ts");
