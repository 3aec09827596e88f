// Compares the licence of every package in the lock file with those that go with
// ours. Says which package has which, and ends with 1 where one is not allowed.
import { licenceOf, lockedPackages } from "./lock-file.mjs";

/** Permissive, and MPL, which asks for changes of its own files alone. All may be shipped beside MIT. */
const ALLOWED = new Set([
	"0BSD",
	"Apache-2.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"BSL-1.0",
	"BlueOak-1.0.0",
	"ISC",
	"MIT",
	"MPL-2.0",
	"OFL-1.1",
	"Unlicense",
]);

/** Of an SPDX expression: each part of AND, one part of OR. */
const isAllowed = (expression) =>
	expression
		.replace(/[()]/g, "")
		.split(" OR ")
		.some((choice) =>
			choice.split(" AND ").every((licence) => ALLOWED.has(licence.trim())),
		);

const count = new Map();
for (const [path, entry] of lockedPackages(process.argv[2])) {
	const licence = licenceOf(path, entry);
	count.set(licence, (count.get(licence) ?? 0) + 1);
	if (isAllowed(licence)) continue;
	console.error(
		`${path} has the licence "${licence}", which is not among those in scripts/licences.mjs; take another package, or add it there with a reason`,
	);
	process.exitCode = 1;
}
for (const [licence, packages] of [...count].sort(([a], [b]) =>
	a < b ? -1 : 1,
))
	console.log(`${String(packages).padStart(4)}  ${licence}`);
