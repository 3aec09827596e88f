import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { unzipSync, zipSync } from "fflate";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { formatNotebook } from "../../cli/notebook/format.ts";
import { git } from "../../experiment/code/test-repository.ts";
import { forge } from "../../experiment/record/test-forgery.ts";
import {
	answerHere,
	type Comparison,
	launcher,
	leavingIn,
	runDeepdiva,
} from "../command-line.ts";
import { until } from "../until.ts";

const base = temporaryFolder();
/** The project is a folder of a repository. */
const repository = join(base, "repository");
const project = join(repository, "study");
const elsewhere = join(base, "elsewhere");
/** Whatever a replay leaves behind is found here. */
const scratch = join(base, "scratch");

const env = leavingIn(scratch);

function deepdiva(cwd: string, ...args: string[]) {
	return answerHere(args, { cwd, env });
}

/** Replays, and checks that nothing temporary stays behind. */
async function replay(cwd: string, ...args: string[]): Promise<Comparison> {
	const { status, stdout, stderr } = await deepdiva(
		cwd,
		"replay",
		...args,
		"--yes",
		"--json",
	);
	assert.notEqual(stdout, "", stderr);
	const comparison = JSON.parse(stdout) as Comparison;
	assert.equal(status, comparison.identical ? 0 : 1);
	assert.deepEqual(left(), []);
	return comparison;
}

const left = () =>
	readdirSync(scratch).filter((name) => name.startsWith("deepdiva-"));

const folderOf = (id: string) => {
	const runs = join(project, "runs", "train");
	return join(runs, String(readdirSync(runs).find((one) => one.endsWith(id))));
};

async function record(cwd: string, script = "train.ts"): Promise<string> {
	const { status, stderr } = await deepdiva(cwd, "run", script);
	assert.equal(status, 0, stderr);
	const { stdout } = await deepdiva(cwd, "runs", "--json");
	return (JSON.parse(stdout) as { id: string }[]).at(-1)?.id as string;
}

for (const folder of [elsewhere, scratch]) mkdirSync(folder);
writeFiles(repository, {
	".gitignore": "node_modules\nruns\ndata\n*.manifest-sha256*\n",
	"secret.txt": "of an earlier commit",
	"study/package.json": JSON.stringify({ name: "study", type: "module" }),
	"study/lib/model.ts": "export const rate: number = 0.5;\n",
	"study/train.ts": [
		'import * as dd from "deepdiva";',
		'import { rate } from "./lib/model.ts";',
		"dd.seed(1);",
		'await dd.run({ name: "train", data: ["data"] }, async () => {',
		"\tawait new Promise((go) => setTimeout(go, process.env.WAIT ? 600_000 : 0));",
		"\tdd.log({ x: rate * Math.random() });",
		"\tawait dd.artifact('weights', new Float32Array([rate, Math.random()]));",
		"});",
	].join("\n"),
	"study/data/a.txt": "a",
});
git(base, "init", "-q", "-b", "main", repository);
git(repository, "add", "-A");
git(repository, "commit", "-q", "-m", "first");
git(repository, "rm", "-q", "secret.txt");
git(repository, "commit", "-q", "-m", "second");
const clean = await record(project);
writeFiles(project, {
	"lib/extra.ts": "export const extra = 3;\n",
	"lib/model.ts":
		'import { extra } from "./extra.ts";\nexport const rate: number = extra;\n',
});
/** Its code was never committed. */
const dirty = await record(project);
rmSync(join(project, "lib", "extra.ts"));
git(repository, "checkout", "-q", "study/lib/model.ts");
const data = `data=${join(project, "data")}`;
const zip = join(elsewhere, "dirty.zip");

test("the same run exported twice gives equal bytes, whatever became of the repository", async () => {
	const first = await deepdiva(project, "runs", "export", dirty, "-o", zip);
	assert.equal(first.status, 0, first.stderr);
	assert.equal(first.stderr, "");
	assert.match(
		first.stdout,
		/^wrote 1 run to .*dirty\.zip; elsewhere: deepdiva replay/,
	);
	git(repository, "gc", "-q", "--aggressive");
	git(repository, "config", "core.compression", "0");
	const again = runDeepdiva(["runs", "export", dirty, "-o", "again.zip"], {
		cwd: project,
		env: { ...env, TZ: "Pacific/Kiritimati" },
	});
	assert.equal(again.status, 0, again.stderr);
	assert.ok(readFileSync(zip).equals(readFileSync(join(project, "again.zip"))));
	rmSync(join(project, "again.zip"));
});

test("an export has the run folder byte for byte, and its code without the history before it", async () => {
	const files = unzipSync(readFileSync(zip));
	const at =
		Object.keys(files).find((name) => name.endsWith("/run.json")) ?? "";
	const inside = at.replace("run.json", "");
	assert.match(inside, /^runs\/train\/\d{8}T\d{6}Z-[0-9a-f]+\/$/);
	for (const file of readdirSync(folderOf(dirty), {
		recursive: true,
		withFileTypes: true,
	})) {
		if (!file.isFile()) continue;
		const path = join(file.parentPath, file.name);
		const name = inside + path.slice(folderOf(dirty).length + 1);
		assert.deepEqual(
			Buffer.from(files[name] as Uint8Array),
			readFileSync(path),
			name,
		);
	}
	assert.ok(files[`${inside}ro-crate-metadata.json`]);
	assert.match(
		Buffer.from(files["README.md"] as Uint8Array).toString(),
		/git clone code\.git/,
	);

	const out = join(elsewhere, "both");
	const both = await deepdiva(
		project,
		"runs",
		"export",
		clean,
		dirty,
		"-o",
		out,
	);
	assert.equal(both.status, 0, both.stderr);
	git(elsewhere, "clone", "-q", join(out, "code.git"), "cloned");
	const cloned = join(elsewhere, "cloned");
	assert.equal(
		readFileSync(join(cloned, "study", "lib", "extra.ts"), "utf8"),
		"export const extra = 3;\n",
	);
	assert.equal(existsSync(join(cloned, "secret.txt")), false);
	assert.doesNotMatch(git(cloned, "log", "--format=%s"), /first/);
	assert.match(
		(await deepdiva(out, "runs")).stdout,
		new RegExp(`${clean}[^]*${dirty}`),
	);
});

test("an archive is replayed where there is no repository, and nothing stays behind", async () => {
	const { identical, rebuilt, failure } = await replay(
		elsewhere,
		zip,
		"--data",
		data,
	);
	assert.equal(failure, undefined);
	assert.equal(identical, true);
	assert.equal(
		rebuilt,
		"no repository here has its commit, and the export does",
	);
	const missing = await replay(elsewhere, zip);
	assert.equal(missing.identical, false);
	assert.deepEqual(
		missing.parts.map(({ part, verdict }) => [part, verdict]),
		[["data data", "missing"]],
	);
});

test("in a clone that has the commit, the clone's own code is taken", async () => {
	const clone = join(base, "clone");
	git(base, "clone", "-q", repository, clone);
	const archive = join(elsewhere, "clean.zip");
	await deepdiva(project, "runs", "export", clean, "-o", archive);
	const { identical, rebuilt } = await replay(clone, archive, "--data", data);
	assert.equal(identical, true);
	assert.equal(rebuilt, "the run folder lies outside of its project");
	assert.equal(git(clone, "worktree", "list").trim().split("\n").length, 1);
});

test("a run folder alone is replayed in a clone, in the folder of its project", async () => {
	const alone = join(elsewhere, "alone");
	cpSync(folderOf(clean), alone, { recursive: true });
	const { identical, rebuilt } = await replay(
		join(base, "clone"),
		alone,
		"--data",
		data,
	);
	assert.equal(identical, true);
	assert.equal(rebuilt, "the run folder lies outside of its project");
});

test("an exported folder is replayed as the archive is; of several runs one is named", async () => {
	const out = join(elsewhere, "both");
	const several = await deepdiva(elsewhere, "replay", out);
	assert.equal(several.status, 2);
	assert.match(several.stderr, /has 2 runs .*name one of them: .*#/);
	assert.equal(
		(await replay(elsewhere, `${out}#${clean}`, "--data", data)).identical,
		true,
	);
	const folder = join(
		out,
		"runs",
		"train",
		String(folderOf(dirty).split("/").at(-1)),
	);
	for (const reference of [folder, join(folder, "ro-crate-metadata.json")])
		assert.equal(
			(await replay(elsewhere, reference, "--data", data)).identical,
			true,
		);
	const none = await deepdiva(elsewhere, "replay", `${out}#zzz`);
	assert.equal(none.status, 2);
	assert.match(none.stderr, /has no runs zzz; it has/);
});

/** The archive with one of its files changed. */
function tampered(
	name: RegExp,
	change: (bytes: Uint8Array) => Uint8Array,
): string {
	const files = unzipSync(readFileSync(zip));
	const path = Object.keys(files).find((one) => name.test(one)) as string;
	files[path] = new Uint8Array(change(files[path] as Uint8Array));
	const out = join(elsewhere, "tampered.zip");
	writeFileSync(out, zipSync(files));
	return out;
}

const flipped = (bytes: Uint8Array) => {
	const copy = Buffer.from(bytes);
	copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 1;
	return copy;
};

test("an archive of which one byte was changed is not identical, or refused", async () => {
	const metrics = await replay(
		elsewhere,
		tampered(/metrics\.jsonl$/, flipped),
		"--data",
		data,
	);
	assert.equal(metrics.identical, false);
	assert.deepEqual(
		metrics.parts.filter(({ verdict }) => verdict !== "identical"),
		[{ part: "metrics.jsonl", verdict: "file changed" }],
	);
	const script = await replay(
		elsewhere,
		tampered(/script\.ts$/, flipped),
		"--data",
		data,
	);
	assert.match(
		String(script.failure),
		/recorded code is not as it was written/,
	);
	const code = await deepdiva(
		elsewhere,
		"replay",
		tampered(/\.pack$/, flipped),
		"--data",
		data,
		"--yes",
	);
	assert.equal(code.status, 2);
	assert.match(
		code.stderr,
		/the code in the export, commit [0-9a-f]{12}, is damaged/,
	);
	for (const folder of ["../runs", "/runs"]) {
		const out = tampered(/deepdiva-export\.json$/, (bytes) =>
			Buffer.from(
				Buffer.from(bytes)
					.toString()
					.replace('"folder": "runs', `"folder": "${folder}`),
			),
		);
		assert.match(
			(await deepdiva(elsewhere, "replay", out)).stderr,
			/is damaged; get the export again/,
		);
	}
	assert.deepEqual(left(), []);
});

test("an archive with an entry that leads out of it is refused", async () => {
	const files = unzipSync(readFileSync(zip));
	const out = join(elsewhere, "hostile.zip");
	writeFileSync(
		out,
		zipSync({ ...files, "../../evil.txt": new Uint8Array(1) }),
	);
	const { status, stderr } = await deepdiva(elsewhere, "replay", out);
	assert.equal(status, 2);
	assert.match(
		stderr,
		/leads out of it, "\.\.\/\.\.\/evil\.txt", so nothing of it was unpacked/,
	);
	assert.deepEqual(left(), []);
});

test("settings and hooks of a repository that came along are nobody's programs", async () => {
	const mark = join(base, "mark");
	const out = tampered(/code\.git\/config$/, (bytes) =>
		Buffer.concat([
			bytes,
			Buffer.from(
				`[core]\n\tfsmonitor = "touch ${mark}"\n\thooksPath = "${elsewhere}"\n`,
			),
		]),
	);
	writeFiles(elsewhere, { "post-checkout": `#!/bin/sh\ntouch ${mark}\n` });
	spawnSync("chmod", ["+x", join(elsewhere, "post-checkout")]);
	assert.equal((await replay(elsewhere, out, "--data", data)).identical, true);
	assert.equal(existsSync(mark), false);
});

test("nothing is overwritten without --force, and with it only an earlier export", async () => {
	const out = join(elsewhere, "both");
	const refused = await deepdiva(project, "runs", "export", clean, "-o", out);
	assert.equal(refused.status, 2);
	assert.match(
		refused.stderr,
		/exists; choose another name, or replace it with --force/,
	);
	assert.equal(
		(await deepdiva(project, "runs", "export", clean, "-o", out, "--force"))
			.status,
		0,
	);
	assert.equal((await replay(elsewhere, out, "--data", data)).identical, true);
	writeFiles(elsewhere, { "mine/thesis.txt": "years" });
	const mine = await deepdiva(
		project,
		"runs",
		"export",
		clean,
		"-o",
		join(elsewhere, "mine"),
		"--force",
	);
	assert.equal(mine.status, 2);
	assert.match(mine.stderr, /no earlier export, and is not replaced/);
	assert.ok(existsSync(join(elsewhere, "mine", "thesis.txt")));
});

test("runs that are not there, or not as they were recorded, are not exported", async () => {
	const out = join(elsewhere, "none.zip");
	const unknown = await deepdiva(
		project,
		"runs",
		"export",
		"nobody",
		"-o",
		out,
	);
	assert.equal(unknown.status, 2);
	assert.match(unknown.stderr, /there is no run "nobody"/);
	assert.match(
		(await deepdiva(project, "runs", "export", "-o", out)).stderr,
		/needs the runs to export/,
	);
	assert.match(
		(await deepdiva(project, "runs", "export", clean)).stderr,
		/name a folder or a zip file with -o/,
	);
	const metrics = join(folderOf(clean), "metrics.jsonl");
	const before = readFileSync(metrics);
	writeFileSync(metrics, flipped(before));
	const damaged = await deepdiva(
		project,
		"runs",
		"export",
		clean,
		dirty,
		"-o",
		out,
	);
	assert.equal(damaged.status, 1);
	assert.match(
		damaged.stderr,
		/is not as it was recorded, and is not exported: metrics\.jsonl is changed/,
	);
	writeFileSync(metrics, before);
	const copy = join(base, "forged");
	cpSync(folderOf(clean), copy, { recursive: true });
	forge(copy, (record) => {
		record.metrics = { ...record.metrics, loss: 0 };
	});
	const forged = await deepdiva(project, "runs", "export", copy, "-o", out);
	assert.equal(forged.status, 1);
	assert.match(
		forged.stderr,
		/contradicts itself or the run's files, and is not exported: final metric loss is 0/,
	);
	assert.equal(existsSync(out), false);
});

test("a commit that is nowhere here is told, and the run exported without it", async () => {
	const alone = join(base, "alone");
	cpSync(
		folderOf(dirty),
		join(alone, "runs", "train", "20200101T000000Z-abc"),
		{ recursive: true },
	);
	const { status, stderr } = await deepdiva(
		alone,
		"runs",
		"export",
		"last",
		"-o",
		"x.zip",
	);
	assert.equal(status, 0);
	assert.match(
		stderr,
		/no repository here has commit [0-9a-f]{12}, the code of run/,
	);
	const readme = unzipSync(readFileSync(join(alone, "x.zip")))["README.md"];
	assert.match(
		Buffer.from(readme as Uint8Array).toString(),
		/`[0-9a-f]{12}` \(not in here\)/,
	);
	const without = await deepdiva(alone, "replay", "x.zip", "--yes");
	assert.equal(without.status, 2);
	assert.match(
		without.stderr,
		/no repository here has it; run this in a clone/,
	);
});

test("a notebook's run in a shallow clone is replayed elsewhere, with the packages of its lock file", async () => {
	const origin = join(base, "origin");
	writeFiles(origin, {
		".gitignore": "node_modules\nruns\n",
		"package.json": JSON.stringify({ name: "origin", type: "module" }),
		"tool/package.json": JSON.stringify({
			name: "tool",
			version: "1.0.0",
			type: "module",
			exports: "./index.js",
		}),
		"tool/index.js": "export const value = 4;\n",
		"nb.ipynb": formatNotebook({
			minor: 5,
			metadata: {},
			cells: [
				"%types off\nimport { value } from 'tool';",
				"%dd run cells\ndd.log({ x: value * Math.random() });",
			].map((source, i) => ({
				cell_type: "code",
				id: `c${i}`,
				metadata: {},
				source,
				outputs: [],
			})),
		}),
	});
	const npm = (cwd: string, ...args: string[]) => {
		const { status, stderr } = spawnSync("npm", [...args, "--silent"], {
			cwd,
			encoding: "utf8",
		});
		assert.equal(status, 0, stderr);
	};
	npm(origin, "pack", "./tool");
	npm(origin, "install", "--offline", "./tool-1.0.0.tgz");
	git(base, "init", "-q", "-b", "main", origin);
	for (const message of ["first", "second"]) {
		git(origin, "add", "-A");
		git(origin, "commit", "-q", "--allow-empty", "-m", message);
	}
	const shallow = join(base, "shallow");
	git(base, "clone", "-q", "--depth", "1", `file://${origin}`, shallow);
	npm(shallow, "ci", "--offline");
	assert.equal((await deepdiva(shallow, "execute", "nb.ipynb")).status, 0);
	const out = join(elsewhere, "cells.zip");
	const exported = await deepdiva(shallow, "runs", "export", "last", "-o", out);
	assert.equal(exported.status, 0, exported.stderr);
	assert.equal((await replay(elsewhere, out)).identical, true);
});

test("a run outside of any repository brings its lock file", async () => {
	const plain = join(base, "plain");
	writeFiles(plain, {
		"package.json": JSON.stringify({ name: "plain", version: "1.0.0" }),
		"package-lock.json": JSON.stringify({
			name: "plain",
			version: "1.0.0",
			lockfileVersion: 3,
			requires: true,
			packages: { "": { name: "plain", version: "1.0.0" } },
		}),
		"toy.ts": [
			'import * as dd from "deepdiva";',
			'await dd.run({ name: "toy" }, () => dd.log({ x: Math.random() }));',
		].join("\n"),
	});
	const id = await record(plain, "toy.ts");
	assert.equal(
		(await deepdiva(plain, "runs", "export", id, "-o", "toy.zip")).status,
		0,
	);
	const names = Object.keys(unzipSync(readFileSync(join(plain, "toy.zip"))));
	assert.ok(
		names.some((name) =>
			/^packages\/[0-9a-f]{16}\/package-lock\.json$/.test(name),
		),
	);
	renameSync(join(plain, "toy.zip"), join(elsewhere, "toy.zip"));
	const { identical, rebuilt } = await replay(elsewhere, "toy.zip");
	assert.equal(identical, true);
	assert.equal(rebuilt, "its project is not here, and it has no repository");
});

test("a replay of an archive that is stopped takes away what it unpacked", async () => {
	const child = spawn(
		process.execPath,
		[launcher, "replay", zip, "--data", data, "--yes"],
		{
			cwd: elsewhere,
			env: { ...env, WAIT: "1" },
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	after(() => child.kill());
	const code = new Promise((done) => child.once("exit", done));
	await until(
		() =>
			left().some(
				(name) =>
					name.startsWith("deepdiva-replay-") &&
					existsSync(join(scratch, name, "run.json")),
			),
		"the replay records its run",
	);
	assert.ok(left().some((name) => name.startsWith("deepdiva-unpacked-")));
	child.kill("SIGTERM");
	assert.equal(await code, 130);
	assert.deepEqual(left(), []);
});
