import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEnvironment } from "../record/surroundings/environment.ts";
import { differencesHere, environmentDifferences } from "./environment.ts";

const recorded = {
	node: "24.1.0",
	flags: ["--a"],
	variables: { TZ: "Asia/Tokyo", OMP_NUM_THREADS: "4" },
	timeZone: "Asia/Tokyo",
	packages: {
		zod: { version: "3.0.0", integrity: "sha512-a" },
		gone: { version: "1.0.0" },
	},
};

test("whatever of the environment is on record and not the same here is named", () => {
	const here = {
		node: "24.2.0",
		flags: ["--a", "--b"],
		variables: { TZ: "UTC", LC_ALL: "de_DE.UTF-8" },
		timeZone: "UTC",
		backend: { threads: 2 },
		packages: {
			zod: { version: "3.1.0", integrity: "sha512-b" },
			__proto__: { version: "1" },
		},
	};
	assert.deepEqual(
		environmentDifferences(recorded, here).map(
			({ name, recorded: was = "–", here: is = "–" }) =>
				`${name}: ${was} → ${is}`,
		),
		[
			"node: 24.1.0 → 24.2.0",
			"flags: --a → --a --b",
			"variables.OMP_NUM_THREADS: 4 → –",
			"timeZone: Asia/Tokyo → UTC",
			"packages.zod.version: 3.0.0 → 3.1.0",
			"packages.zod.integrity: sha512-a → sha512-b",
			"packages.gone.version: 1.0.0 → –",
			"variables.LC_ALL: – → de_DE.UTF-8",
			"backend.threads: – → 2",
		],
	);
	assert.deepEqual(environmentDifferences(recorded, recorded), []);
});

test("what a record or a script does not say of its environment is no difference", () => {
	const here = { ...recorded, machine: "b", release: "6" };
	assert.deepEqual(environmentDifferences(recorded, here), []);
	const { integrity: _, ...zod } = recorded.packages.zod;
	assert.deepEqual(
		environmentDifferences(
			{ ...recorded, packages: { ...recorded.packages, zod } },
			recorded,
		),
		[],
	);
});

test("a variable that is set to the zone by another name is none, since the replay sets it", () => {
	assert.deepEqual(
		environmentDifferences(
			{ timeZone: "Asia/Tokyo" },
			{ variables: { TZ: "Asia/Tokyo" }, timeZone: "Asia/Tokyo" },
		),
		[],
	);
});

test("where the run did not start again, the machine alone is compared", () => {
	const own = describeEnvironment();
	assert.deepEqual(
		differencesHere({
			...own,
			flags: ["--x"],
			timeZone: "Asia/Tokyo",
			cpu: "Z80",
		}),
		[{ name: "cpu", recorded: "Z80", here: String(own.cpu) }],
	);
});
