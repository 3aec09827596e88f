// `npm run coverage:numbers [NAME]`, on the pinned Node.
import { runPinned } from "./pinned.mjs";

runPinned("training/numbers/coverage.ts");
