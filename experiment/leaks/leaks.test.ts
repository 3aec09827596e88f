import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { listRuns } from "../record/store/store.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { session } from "../session.ts";
import { installLeakWatch } from "./install.ts";
import type { LeakKind } from "./report.ts";
import { runUserCode, userFunction } from "./test-user.ts";

installLeakWatch();
openTestSession();

const IMPORT_FS = 'const fs = await import("node:fs");';
const IMPORT_OS = 'const os = await import("node:os");';
const IMPORT_CRYPTO = 'const crypto = await import("node:crypto");';

const reads: [LeakKind, string, string][] = [
	["clock", "Date.now", "Date.now()"],
	["clock", "new Date()", "new Date()"],
	["clock", "new Date()", "class D extends Date {}; new D()"],
	["clock", "Date()", "Date()"],
	["clock", "performance.now", "performance.now()"],
	["clock", "performance.mark", 'performance.mark("a")'],
	["clock", "performance.measure", 'performance.measure("a")'],
	["clock", "performance.timeOrigin", "performance.timeOrigin"],
	["clock", "process.hrtime", "process.hrtime()"],
	["clock", "process.hrtime.bigint", "process.hrtime.bigint()"],
	["clock", "process.uptime", "process.uptime()"],
	[
		"entropy",
		"crypto.subtle.generateKey",
		'await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"])',
	],
	[
		"entropy",
		"crypto.randomFillSync",
		`${IMPORT_CRYPTO} crypto.randomFillSync(new Uint8Array(1))`,
	],
	[
		"entropy",
		"crypto.randomFill",
		`${IMPORT_CRYPTO} crypto.randomFill(new Uint8Array(1), () => {})`,
	],
	[
		"entropy",
		"crypto.generateKeySync",
		`${IMPORT_CRYPTO} crypto.generateKeySync("hmac", { length: 64 })`,
	],
	[
		"entropy",
		"crypto.generateKeyPairSync",
		`${IMPORT_CRYPTO} crypto.generateKeyPairSync("ed25519")`,
	],
	[
		"entropy",
		"crypto.generatePrimeSync",
		`${IMPORT_CRYPTO} crypto.generatePrimeSync(8)`,
	],
	["entropy", "WeakRef.deref", "new WeakRef({}).deref()"],
	[
		"entropy",
		"FinalizationRegistry",
		"new FinalizationRegistry(() => {}).register({})",
	],
	["listing", "fs.readdirSync", `${IMPORT_FS} fs.readdirSync(".")`],
	["listing", "fs.readdir", `${IMPORT_FS} fs.readdir(".", () => {})`],
	[
		"listing",
		"fs.promises.readdir",
		`${IMPORT_FS} await fs.promises.readdir(".")`,
	],
	[
		"listing",
		"fs.promises.readdir",
		'await (await import("node:fs/promises")).readdir(".")',
	],
	["listing", "fs.opendirSync", `${IMPORT_FS} fs.opendirSync(".").closeSync()`],
	[
		"listing",
		"fs.promises.opendir",
		`${IMPORT_FS} for await (const entry of await fs.promises.opendir(".")) entry.name`,
	],
	["listing", "fs.globSync", `${IMPORT_FS} fs.globSync("*")`],
	[
		"listing",
		"fs.promises.glob",
		`${IMPORT_FS} for await (const name of fs.promises.glob("*")) name`,
	],
	["environment", "process.env.HOME", "process.env.HOME"],
	["environment", "process.env.HOME", '"HOME" in process.env'],
	["environment", "process.env", "Object.keys(process.env)"],
	["environment", "process.env", "({ ...process.env })"],
	["environment", "process.pid", "process.pid"],
	["environment", "process.ppid", "process.ppid"],
	["environment", "process.memoryUsage", "process.memoryUsage()"],
	["environment", "process.memoryUsage.rss", "process.memoryUsage.rss()"],
	["environment", "process.cpuUsage", "process.cpuUsage()"],
	["environment", "os.hostname", `${IMPORT_OS} os.hostname()`],
	["environment", "os.userInfo", `${IMPORT_OS} os.userInfo()`],
	["environment", "os.cpus", `${IMPORT_OS} os.cpus()`],
	[
		"environment",
		"os.networkInterfaces",
		`${IMPORT_OS} os.networkInterfaces()`,
	],
	["environment", "os.totalmem", `${IMPORT_OS} os.totalmem()`],
	["environment", "os.tmpdir", `${IMPORT_OS} os.tmpdir()`],
];

for (const [kind, what, code] of reads)
	test(`a run's record names ${what} as ${kind}, with the line of ${code}`, async () => {
		const line = code.replace(/^const .*?;/, "").trim();
		const { record } = await runUserCode(
			code.replace(/^(const .*?;)?/, (first) => `${first}\n`),
		);
		assert.deepEqual(
			record.leaks?.leaks.map((leak) => [
				leak.kind,
				leak.what,
				leak.count,
				leak.line,
				leak.code?.startsWith(line),
			]),
			[[kind, what, 1, 2, true]],
		);
	});

const harmless: [string, string][] = [
	[
		"a given date",
		"new Date(0).toISOString(); Date.UTC(2026, 0); Date.parse('2026-01-01')",
	],
	["Math.random, which is seeded", "Math.random()"],
	[
		"ids and bytes, which are seeded",
		`${IMPORT_CRYPTO} crypto.randomBytes(1); crypto.randomInt(9); crypto.randomUUID(); globalThis.crypto.randomUUID(); globalThis.crypto.getRandomValues(new Uint8Array(1))`,
	],
	["timers", "await new Promise((resolve) => setTimeout(resolve, 1))"],
	["print", "console.log(1)"],
	[
		"a variable that is set",
		"process.env.DEEPDIVA_LEAK_TEST = '1'; delete process.env.DEEPDIVA_LEAK_TEST",
	],
	["a listing that is sorted", `${IMPORT_FS} fs.readdirSync(".").sort()`],
	[
		"a listing that is sorted into a new list",
		`${IMPORT_FS} (await fs.promises.readdir(".")).toSorted((a, b) => a < b ? -1 : 1)`,
	],
	[
		"a callback's listing that is sorted",
		`${IMPORT_FS} await new Promise((resolve) => fs.readdir(".", (_, names) => resolve(names.sort())))`,
	],
	[
		"what the library itself reads",
		"run.log({ loss: 1 }); await run.artifact('a', [1])",
	],
	[
		"a file",
		`${IMPORT_FS} fs.readFileSync("../" + process.cwd().split("/").at(-1) + "/package.json", "utf8")`,
	],
];

for (const [name, code] of harmless)
	test(`${name}: no leak`, async () => {
		writeFileSync("package.json", "{}");
		const { record } = await runUserCode(code);
		assert.deepEqual(record.leaks, { leaks: [], packages: [], untraced: {} });
	});

test("a listing keeps what it has: sorting gives the sorted entries", async () => {
	const list = await userFunction(
		`${IMPORT_FS} return [fs.readdirSync("/").sort(), fs.readdirSync("/")]`,
	);
	const { value } = await recordRun(() => list() as Promise<string[][]>);
	assert.deepEqual(value[0], value[1]?.toSorted());
	assert.deepEqual(Object.keys(value[1] ?? []), Object.keys(value[0] ?? []));
	assert.deepEqual(value[1], [...(value[1] ?? [])]);
});

test("what a package reads is listed apart, by its name, and is no leak", async () => {
	const body = await userFunction(
		`import { stamp } from "clocks";
		import { deep } from "@scope/deep";
		export default () => { stamp(); stamp(); deep(); };`,
		{
			"node_modules/clocks/package.json":
				'{ "type": "module", "exports": "./a.js" }',
			"node_modules/clocks/a.js": "export const stamp = () => Date.now();",
			"node_modules/@scope/deep/package.json":
				'{ "type": "module", "exports": "./a.js" }',
			"node_modules/@scope/deep/a.js":
				"export const deep = () => [1, 2].map(() => performance.now());",
		},
	);
	const { record } = await recordRun(() => body(), {
		conditions: { onLeak: "error" },
	});
	assert.deepEqual(record.leaks, {
		leaks: [],
		packages: [
			{ package: "clocks", kind: "clock", what: "Date.now", count: 2 },
			{
				package: "@scope/deep",
				kind: "clock",
				what: "performance.now",
				count: 2,
			},
		],
		untraced: {},
	});
});

test("a read counts for the run in whose call chain it is, and for no other code", async () => {
	const reader = await userFunction(
		`export default async () => {
			await new Promise((resolve) => setTimeout(resolve, 5));
			Date.now();
		}`,
	);
	const outside = reader();
	const [first, second] = await Promise.all([
		recordRun(() => reader(), { experiment: "first" }),
		recordRun(() => new Promise((resolve) => setTimeout(resolve, 20)), {
			experiment: "second",
		}),
		outside,
	]);
	assert.deepEqual(
		first.record.leaks?.leaks.map(({ count }) => count),
		[1],
	);
	assert.deepEqual(second.record.leaks?.leaks, []);
});

test("what goes on after the end of a run is not counted", async () => {
	const reader = await userFunction(
		"setTimeout(() => { globalThis.lateReads = Date.now(); }, 10)",
	);
	const before = session().leaks;
	await recordRun(() => reader());
	await new Promise((resolve) => setTimeout(resolve, 30));
	assert.ok("lateReads" in globalThis);
	assert.deepEqual(session().leaks, before);
});

test("the same line in a loop is one place, counted; each line is its own", async () => {
	const { record } = await runUserCode(
		"for (let i = 0; i < 5; i++)\nDate.now();\nDate.now();",
	);
	assert.deepEqual(
		record.leaks?.leaks.map(({ line, count }) => [line, count]),
		[
			[2, 5],
			[3, 1],
		],
	);
});

test("a busy loop of reads is counted in full, and traced in part", async () => {
	const { record } = await runUserCode(
		"for (let i = 0; i < 20_000; i++) performance.now()",
	);
	const { leaks = [], untraced = {} } = record.leaks ?? {};
	const [leak] = leaks;
	assert.ok(leak && leak.count >= 10_000 && leak.count < 10_500);
	assert.equal(leak.count + (untraced["performance.now"] ?? 0), 20_000);
});

test("a session adds up what its runs read", async () => {
	openTestSession();
	const body = await userFunction("Date.now()");
	await recordRun(() => body());
	await recordRun(() => body());
	assert.deepEqual(
		session().leaks.leaks.map(({ what, count }) => [what, count]),
		[["Date.now", 2]],
	);
});

test("dates stay dates: the replaced constructor makes what the native one made", () => {
	assert.ok(new Date() instanceof Date);
	assert.equal(new Date(5).constructor, Date);
	assert.equal(Date.length, 7);
	assert.equal(Date.name, "Date");
	assert.equal(typeof Date(), "string");
	assert.equal(new Date(2026, 0, 2).getDate(), 2);
	assert.ok(new Date() >= new Date(Date.now() - 1000));
	class Day extends Date {}
	assert.ok(new Day() instanceof Day);
	assert.deepEqual(structuredClone(new Date(7)), new Date(7));
	assert.equal(process.hrtime().length, 2);
	assert.equal(typeof process.hrtime.bigint(), "bigint");
});

test("the environment stays what it was: set, read, listed, removed", () => {
	process.env.DEEPDIVA_LEAK_TEST = 5 as unknown as string;
	assert.equal(process.env.DEEPDIVA_LEAK_TEST, "5");
	assert.ok(Object.keys(process.env).includes("DEEPDIVA_LEAK_TEST"));
	assert.ok("DEEPDIVA_LEAK_TEST" in { ...process.env });
	delete process.env.DEEPDIVA_LEAK_TEST;
	assert.ok(!("DEEPDIVA_LEAK_TEST" in process.env));
	const zone = process.env.TZ;
	process.env.TZ = "Asia/Tokyo";
	assert.equal(new Date(0).getHours(), 9);
	if (zone === undefined) delete process.env.TZ;
	else process.env.TZ = zone;
});

test("an object that code puts in the environment's place is watched as well", async () => {
	const before = process.env;
	try {
		process.env = { ...before, DEEPDIVA_LEAK_TEST: "6" };
		const present = process.env;
		process.env = present;
		assert.equal(process.env, present);
		const { record } = await runUserCode("process.env.DEEPDIVA_LEAK_TEST");
		assert.deepEqual(
			record.leaks?.leaks.map(({ what }) => what),
			["process.env.DEEPDIVA_LEAK_TEST"],
		);
	} finally {
		process.env = before;
	}
	assert.equal(process.env, before);
});

test("an error on a leak fails the run, and names each place", async () => {
	const root = openTestSession();
	const code = "\nDate.now();\nprocess.pid;\n";
	await assert.rejects(runUserCode(code, { conditions: { onLeak: "error" } }), {
		name: "LeakError",
		message:
			/^the run read what a replay cannot repeat:\n {2}Date\.now in line 2: Date\.now\(\);\n {2}process\.pid in line 3: process\.pid;\n/,
	});
	const [run] = listRuns(root).runs;
	assert.equal(run?.record.status, "failed");
	assert.equal(run?.record.error?.name, "LeakError");
	assert.equal(run?.record.leaks?.leaks.length, 2);
});

test("the command line's policy wins over the code's", async () => {
	openTestSession({ conditions: { onLeak: "error" } });
	await assert.rejects(
		runUserCode("Date.now()", { conditions: { onLeak: "ignore" } }),
		{ name: "LeakError" },
	);
});

test("a policy that does not exist is refused", async () => {
	openTestSession();
	await assert.rejects(
		runUserCode("1", { conditions: { onLeak: "warm" as "warn" } }),
		{ name: "UsageError", message: /"warm" .*did you mean "warn"/ },
	);
});
