import assert from "node:assert/strict";
import { test } from "node:test";
import { configureSession } from "../session.ts";
import { checkName } from "./names.ts";
import { listRuns } from "./store/store.ts";
import { openTestSession, recordRun } from "./test-record.ts";

const root = openTestSession();

const refused: [string, string[]][] = [
	["devices of Windows", ["CON", "nul", "aux.txt", "Com1", "lpt9.tar.gz"]],
	["dots at the end", ["model.", "a.."]],
	["characters that some disks have no room for", ["a:b", "a/b", "a\\b", "a*"]],
	["spaces", ["a ", " a", "a b"]],
	["letters that disks spell in two ways", ["é", "e\u0301", "größe"]],
	["what leads elsewhere, or is hidden", ["..", ".a", "-a", ""]],
	["more than a path has room for", ["a".repeat(101)]],
];

for (const [what, names] of refused)
	test(`names of runs and artifacts are checked for all systems: ${what}`, () => {
		for (const name of names)
			assert.throws(() => checkName(name, "run"), {
				name: "UsageError",
				message: new RegExp(
					`^${JSON.stringify(name).replace(/[.*\\+?()[\]]/g, "\\$&")} cannot name a run: `,
				),
			});
	});

test("names that only look like those are taken", () => {
	for (const name of [
		"con1",
		"null",
		"aux2.txt",
		"com10",
		"a.b",
		"constructor",
	])
		checkName(name, "run");
});

test("what an earlier version recorded under such a name is replayed", () => {
	configureSession({
		rootSeed: "42",
		replay: {
			identity: "",
			occurrence: 0,
			format: 2,
			earlierCells: 0,
			directory: "",
		},
	});
	checkName("aux", "artifact");
	assert.throws(() => checkName("a:b", "artifact"), { name: "UsageError" });
	configureSession({ rootSeed: "42" });
});

test("two artifacts that are one file on some disk are refused, and the run has failed", async () => {
	await assert.rejects(
		recordRun(async (run) => {
			await run.artifact("model", [1]);
			await run.artifact("model", "another kind of the same name");
			await run.artifact("Model", "text");
		}),
		{
			name: "UsageError",
			message:
				'artifact "Model" and artifact "model" would be one file on disks that take capitals and small letters for the same; give one of them another name',
		},
	);
	// A tensor and a list have other endings.
	await recordRun(async (run) => {
		await run.artifact("a", Float32Array.of(1));
		await run.artifact("A", [1]);
	});
});

test("an experiment has one spelling", async () => {
	await recordRun(() => undefined, { experiment: "Moons" });
	await recordRun(() => undefined, { experiment: "Moons" });
	await assert.rejects(
		recordRun(() => undefined, { experiment: "moons" }),
		/there are runs of "Moons" already, and many disks take "moons" for the same name/,
	);
	assert.ok(
		listRuns(root).runs.every(({ record }) => record.experiment !== "moons"),
	);
});

test("an artifact that cannot be kept rejects, and throws at nobody who has not awaited yet", async () => {
	await assert.rejects(
		recordRun(async (run) => {
			const kept = run.artifact("a:b", 1);
			assert.ok(kept instanceof Promise);
			await assert.rejects(kept, /cannot name an artifact/);
		}),
		/cannot name an artifact/,
	);
	let over: (() => Promise<void>) | undefined;
	await recordRun((run) => {
		over = () => run.artifact("late", 1);
	});
	await assert.rejects(() => over?.() ?? Promise.resolve(), /is over/);
});
