import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { readRun } from "../../experiment/record/store/store.ts";
import { type Forged, forge } from "../../experiment/record/test-forgery.ts";
import { damaged } from "./mutate.ts";
import { FOLDER, lookAt, reader, sent, temporary } from "./stranger.ts";

/*
 * Records that somebody else wrote, sealed as any other. What they say becomes
 * paths, commits and names of files: none leads out, and none is waited for.
 */

interface Stage {
	/** Around everything that was sent: nothing may appear in it. */
	readonly around: string;
	readonly run: string;
}

function stage(): Stage {
	const around = join(temporaryFolder(), "a", "b", "c");
	cpSync(sent, join(around, "sent"), { recursive: true });
	return { around, run: join(around, "sent", FOLDER) };
}

const BOUND_MILLISECONDS = 60_000;
const within = <T>(work: Promise<T>): Promise<T> => {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, fail) => {
		timer = setTimeout(
			() => fail(new Error("still not done after a minute")),
			BOUND_MILLISECONDS,
		);
	});
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** What an attack must not have made: folders beside the temporary ones, links, files of other people. */
const outside = (around: string) => [
	...readdirSync(around).filter((name) => name !== "sent"),
	...["/outside", "/tmp/outside"].filter((path) => existsSync(path)),
	...readdirSync(process.env.TMPDIR as string).filter((name) =>
		name.startsWith("outside"),
	),
];

const LONG = "x/".repeat(3000);

/** Field, with "/" between names; what it is forged to; what is said. */
const FORGED: readonly [string, unknown, RegExp][] = [
	["git/commit", "HEAD", /git\.commit is missing or wrong/],
	["git/commit", "--upload-pack=touch", /git\.commit/],
	["git/commit", "-q", /git\.commit/],
	["git/commit", ":/first", /git\.commit/],
	["git/commit", "refs/heads/main", /git\.commit/],
	["git/commit", "A".repeat(40), /git\.commit/],
	["git/commit", `${"a".repeat(40)}\n`, /git\.commit/],
	["git/tree", "HEAD^{tree}", /git\.tree/],
	["git/snapshot", { ref: "refs/heads/main", commit: "HEAD" }, /git\.snapshot/],
	["git/snapshot", { ref: "x", commit: "a".repeat(40) }, /git\.snapshot\.ref/],
	["git/snapshot", {}, /git\.snapshot\.commit/],
	["git/project", "../outside", /git\.project/],
	["git/project", ".git/hooks/..", /git\.project/],
	["git/top", "/etc", /git\.top/],
	["git/top", "..", /git\.top/],
	["git", null, /git is missing or wrong/],
	["git/skipped", undefined, /git\.skipped/],
	["cwd", "../../../../outside", /leads out of the code that is here/],
	["cwd", "/tmp/outside", /leads out of the code/],
	["cwd", "a\0b", /cwd is missing or wrong/],
	["cwd", LONG, /cwd/],
	["cwd", ["."], /cwd/],
	["folder", "../../outside", /leads out of the code/],
	["source/path", "../../outside/x.ts", /leads out of the code/],
	["source/path", "/tmp/outside/x.ts", /leads out of the code/],
	["source/file", "../../../../outside", /source\.file/],
	["source/file", "/etc/passwd", /source\.file/],
	["source/kind", "shell", /source\.kind/],
	["id", "../../../../outside", /id is missing or wrong/],
	["id", "a/b", /id is missing or wrong/],
	["id", ".", /id is missing or wrong/],
	["id", "", /id is missing or wrong/],
	["data", [{ path: "a\nb", root: "x", files: 1, bytes: 1 }], /data\.0\.path/],
	["data", [{ path: 7, root: "h1:" }], /data\.0\.path/],
	["data", [null], /data\.0/],
	["outputs/metrics", { digest: "x", files: ["../../x"] }, /outputs\.metrics/],
	["outputs/metrics", { digest: "x", files: "metrics.jsonl" }, /outputs/],
	["outputs/metrics", { digest: "x" }, /outputs\.metrics/],
	["files", [], /files/],
	["process", { pid: "../../fifo", host: "h" }, /process\.pid/],
	["metrics", { loss: { toString: 1 } }, /metrics\.loss/],
	["params", { lr: null }, /params\.lr/],
	["params", { lr: { value: {} } }, /params\.lr\.value/],
	["seed", { root: "1", boot: "1", run: "1", streams: { main: [] } }, /seed/],
	["error", "text", /error/],
	["error", { name: "Error" }, /error\.message/],
	["leaks", { leaks: [] }, /leaks\.packages/],
	["leaks", { leaks: [{ count: 1 }], packages: [] }, /leaks\.leaks\.0\.kind/],
	[
		"leaks",
		{
			leaks: [{ kind: "clock", what: "x", place: "x", line: 1, count: "many" }],
			packages: [],
		},
		/leaks\.leaks\.0\.count/,
	],
	// Names that libraries for schemas pass over.
	...["__proto__", "constructor", "prototype"].flatMap(
		(name): [string, unknown, RegExp][] => [
			[
				"outputs",
				JSON.parse(`{"${name}": {"digest": "x", "files": ["../../x"]}}`),
				new RegExp(`outputs\\.${name}\\.files\\.0`),
			],
			[
				"metrics",
				JSON.parse(`{"${name}": {"toString": 1}}`),
				new RegExp(`metrics\\.${name}`),
			],
		],
	),
	["conditions", { onLeak: 1, commandLine: {} }, /conditions\.onLeak/],
	["environment", [], /environment/],
	["environment", { variables: "TZ" }, /environment\.variables/],
	...[
		"../../../fifo",
		"a\\b",
		"C:x",
		"a\0",
		"",
		"a/../b",
		"/etc/passwd",
		LONG,
	].map((name): [string, unknown, RegExp] => [
		"files",
		{ [name]: { sha256: "x", bytes: 1 } },
		/files\./,
	]),
];

function setAt(record: Forged, field: string, value: unknown): void {
	const names = field.split("/");
	const last = names.pop() as string;
	let place: Record<string, unknown> = record;
	for (const name of names) place = place[name] as Record<string, unknown>;
	if (value === undefined) delete place[last];
	else place[last] = value;
}

test("a record whose fields lead elsewhere, or are no such values, is refused with their names, and nothing is made outside", async () => {
	process.chdir(reader);
	const { around, run } = stage();
	const honest = readFileSync(join(run, "run.json"));
	for (const [field, value, said] of FORGED) {
		const attack = `${field} = ${JSON.stringify(value)?.slice(0, 60)}`;
		writeFileSync(join(run, "run.json"), honest);
		forge(run, (record) => setAt(record, field, value));
		const refused = await within(lookAt(run));
		assert.ok(
			refused.some((message) => said.test(message)),
			`${attack}: ${refused.join("\n")}`,
		);
		assert.deepEqual(outside(around), [], attack);
		assert.deepEqual(temporary(), [], attack);
	}
	writeFileSync(join(run, "run.json"), honest);
	// Where no repository is, its code is taken from the export.
	assert.match((await lookAt(run)).join("\n"), /^run \w+ was made[^\n]*$/);
});

test("a run that was recorded beside its project, or above, is rebuilt as before", async () => {
	process.chdir(reader);
	const { run } = stage();
	for (const cwd of ["../../home/me/project", "..", "sub/folder", "."]) {
		forge(run, (record) => {
			record.cwd = cwd;
			delete record.git;
			delete (record.source as Record<string, unknown>).path;
		});
		assert.deepEqual(
			(await lookAt(run)).filter((message) => /leads out/.test(message)),
			[],
			cwd,
		);
		assert.deepEqual(temporary(), []);
	}
});

const fifo = (path: string) => execFileSync("mkfifo", [path]);
/** In the place of a file: what is no plain file, or leads out. */
const PLANTED: Readonly<Record<string, (path: string) => void>> = {
	"a pipe that nobody writes to": fifo,
	"a link out of the folder": (path) => symlinkSync("/etc/passwd", path),
	"a link to itself": (path) => symlinkSync(path, path),
	"a link to a device that never ends": (path) =>
		symlinkSync("/dev/zero", path),
	"a link to a file beside it": (path) =>
		symlinkSync(join(dirname(path), "code.txt"), path),
	"a folder": (path) => mkdirSync(path),
	"a file of a terabyte": (path) => {
		writeFileSync(path, "");
		truncateSync(path, 2 ** 40);
	},
};

test("what is no plain file in a run's folder is refused, not followed, read whole or waited for", async () => {
	process.chdir(reader);
	for (const [what, plant] of Object.entries(PLANTED)) {
		const { around, run } = stage();
		for (const name of [
			"run.json",
			"metrics.jsonl",
			"script.ts",
			"artifacts/a.txt",
			"ro-crate-metadata.json",
		]) {
			const path = join(run, name);
			const kept = readFileSync(path);
			rmSync(path);
			plant(path);
			const attack = `${what} as ${name}`;
			const refused = await within(
				lookAt(run, name === "run.json" ? "with its code" : "alone"),
			);
			assert.ok(refused.length > 0, `${attack}: ${refused.join("\n")}`);
			assert.doesNotMatch(refused.join("\n"), /root:x:0/);
			rmSync(path, { recursive: true });
			writeFileSync(path, kept);
			assert.deepEqual(outside(around), [], attack);
		}
	}
});

test("files of an export that are no plain files are refused, and so is a folder of it that leads out", async () => {
	process.chdir(reader);
	for (const [what, plant] of Object.entries(PLANTED)) {
		const { around, run } = stage();
		const folder = join(around, "sent");
		const packs = join("code.git", "objects", "pack");
		const [pack = ""] = readdirSync(join(folder, packs)).filter((name) =>
			name.endsWith(".pack"),
		);
		for (const name of ["deepdiva-export.json", join(packs, pack)]) {
			const path = join(folder, name);
			const kept = readFileSync(path);
			rmSync(path);
			plant(path);
			const refused = await within(lookAt(run));
			assert.ok(refused.length > 0, `${what} as ${name}`);
			rmSync(path, { recursive: true });
			writeFileSync(path, kept);
		}
	}
});

test("a damaged run.json is refused with a sentence, or read as it was, whatever was done to its bytes", async () => {
	process.chdir(reader);
	const { around, run } = stage();
	const path = join(run, "run.json");
	const original = readFileSync(path);
	for (const { round, bytes } of damaged(original, {
		seed: "record",
		rounds: 400,
	})) {
		writeFileSync(path, bytes);
		try {
			readRun(run);
		} catch (error) {
			assert.equal(
				(error as Error).name,
				"UsageError",
				`round ${round}: ${(error as Error).stack}`,
			);
			continue;
		}
		// What can still be read says something else than the seal.
		const refused = await within(lookAt(run, "alone"));
		assert.ok(
			refused.length > 0 || bytes.equals(original),
			`round ${round} was taken for the original`,
		);
	}
	assert.deepEqual(outside(around), []);
	assert.deepEqual(temporary(), []);
});

test("values of other types, anywhere in run.json, end in a sentence", async () => {
	process.chdir(reader);
	const { run } = stage();
	const path = join(run, "run.json");
	const text = readFileSync(path, "utf8");
	const values = ["null", "-1", "1e999", '"\\u001b[2K"', "[]", "{}", "true"];
	const places = [...text.matchAll(/: ("(?:[^"\\]|\\.)*"|-?[\d.]+|\{|\[)/g)];
	for (const [i, found] of places.entries()) {
		const [whole, value = ""] = found;
		if (value === "{" || value === "[") continue;
		const at = found.index + whole.length - value.length;
		const other = values[i % values.length] as string;
		writeFileSync(
			path,
			text.slice(0, at) + other + text.slice(at + value.length),
		);
		try {
			readRun(run);
		} catch (error) {
			assert.equal((error as Error).name, "UsageError", (error as Error).stack);
			continue;
		}
		await within(lookAt(run, "alone"));
	}
});

test("what is linked in the carried code leads nothing of ours out", async () => {
	const { run } = stage();
	const target = join(temporaryFolder(), "target");
	writeFiles(target, { "package-lock.json": "{}" });
	// The reader's own code may have links, too.
	const tree = temporaryFolder();
	execFileSync("git", ["init", "-q"], { cwd: tree });
	symlinkSync(target, join(tree, "link"));
	for (const args of [
		["add", "-A"],
		["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"],
	])
		execFileSync("git", args, { cwd: tree });
	const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: tree })
		.toString()
		.trim();
	process.chdir(tree);
	for (const [field, value] of [
		["cwd", "link"],
		["cwd", "link/outside"],
		["folder", "link/outside"],
		["source/path", "link/outside/x.ts"],
	] as const) {
		const copy = `${run}-${field.replace("/", "-")}`;
		cpSync(run, copy, { recursive: true });
		forge(copy, (record) => {
			if (record.git && record.git.mode !== "ignore")
				Object.assign(record.git, { commit });
			record.cwd = "not-here";
			setAt(record, field, value);
		});
		const refused = await within(lookAt(copy));
		assert.match(
			refused.join("\n"),
			/leads out of the code that is here/,
			`${field} = ${value}`,
		);
		assert.deepEqual(readdirSync(target), ["package-lock.json"]);
		rmSync(copy, { recursive: true });
	}
	process.chdir(reader);
});
