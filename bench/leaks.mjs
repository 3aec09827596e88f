// Measures what it costs that a run's reads of the clock are watched; see README.md.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FrozenClock } from "../dist/experiment/leaks/frozen-clock.js";
import { installLeakWatch } from "../dist/experiment/leaks/install.js";
import { LeakWatch, watched } from "../dist/experiment/leaks/watch.js";
import { bestOf } from "./best-of.mjs";

const ROUNDS = 5;
const FEW = 200;
const SHORT_ROUNDS = 200;
const MANY = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), "deepdiva-bench-"));
try {
	// A file of a user's: our own is not watched.
	const file = join(folder, "loop.mjs");
	writeFileSync(
		file,
		"export function loop(n) { let sum = 0; for (let i = 0; i < n; i++) sum += performance.now(); return sum; }\n",
	);
	const { loop } = await import(pathToFileURL(file).href);
	const row = (what, nanoseconds, native) =>
		console.log(
			`${what.padEnd(44)} ${nanoseconds.toFixed(0).padStart(6)} ns  ${(nanoseconds / native).toFixed(1).padStart(6)} ×`,
		);
	const native = bestOf(ROUNDS, MANY, () => loop(MANY));
	row("performance.now() as Node has it", native, native);
	installLeakWatch();
	row(
		"outside of a run",
		bestOf(ROUNDS, MANY, () => loop(MANY)),
		native,
	);
	row(
		"in a run, each traced",
		bestOf(SHORT_ROUNDS, FEW, () => watched(new LeakWatch(), () => loop(FEW))),
		native,
	);
	row(
		"in a run, a busy loop of a million",
		bestOf(ROUNDS, MANY, () => watched(new LeakWatch(), () => loop(MANY))),
		native,
	);
	row(
		"in a run with a clock of its own",
		bestOf(ROUNDS, MANY, () =>
			watched(new LeakWatch(new FrozenClock(0)), () => loop(MANY)),
		),
		native,
	);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
