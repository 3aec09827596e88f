import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { repository } from "../../experiment/code/test-repository.ts";
import { answerHere } from "../command-line.ts";
import { until } from "../until.ts";

const folder = repository({
	".gitignore": "node_modules\n",
	"script.ts": `import * as dd from "deepdiva";
dd.seed(1);
for (const lr of [0.1, 0.2, 0.4])
	await dd.run({ name: "toy", params: { lr, set: "xor" } }, () =>
		dd.log({ accuracy: 1 - lr, loss: lr }),
	);
`,
});

function deepdiva(...args: string[]) {
	return answerHere(args, { cwd: folder });
}

interface Summary {
	id: string;
	status: string;
	params: { lr: { value: number } };
}

const listed = async (...args: string[]) =>
	JSON.parse((await deepdiva("runs", "--json", ...args)).stdout) as Summary[];
const rates = async (...args: string[]) =>
	(await listed(...args)).map(({ params }) => params.lr.value);

test("three runs of a script", async () => {
	assert.equal((await deepdiva("run", "script.ts")).status, 0);
	writeFiles(folder, { "changed.ts": "1\n" });
	assert.equal((await deepdiva("run", "script.ts")).status, 0);
	assert.equal((await listed()).length, 6);
});

test("runs are filtered and sorted by parameters and metrics", async () => {
	assert.deepEqual(await rates("--where", "lr=0.1"), [0.1, 0.1]);
	assert.deepEqual(
		await rates(
			"--where",
			"accuracy>0.7",
			"--where",
			"set=xor",
			"--sort",
			"-lr",
		),
		[0.2, 0.2, 0.1, 0.1],
	);
	const { stdout } = await deepdiva("runs", "list", "--sort=-accuracy");
	const rows = stdout.trim().split("\n");
	assert.match(rows[0] as string, /^run +started.*parameters +metrics$/);
	assert.match(rows[2] as string, /lr=0\.1 set=xor +accuracy=0\.9000/);
	assert.equal(
		(await deepdiva("runs", "--where", "lr=7")).stdout.trim(),
		"no such runs",
	);
	const wrong = await deepdiva("runs", "--sort", "acuracy");
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /did you mean "accuracy"/);
	assert.equal((await deepdiva("runs", "--where", "lr")).status, 2);
	assert.equal((await deepdiva("runs", "lists")).status, 2);
	assert.equal((await deepdiva("runs", "list", "all")).status, 2);
});

test("two runs side by side: parameters, metrics, and where to see the code", async () => {
	const [a, b] = (await listed("--where", "lr=0.1")) as [Summary, Summary];
	const { stdout, status } = await deepdiva("runs", "compare", a.id, b.id);
	assert.equal(status, 0);
	assert.match(stdout, /parameters +lr +0\.1 +0\.1/);
	assert.match(stdout, /code +dirty +≠ +false +true/);
	const command = /the code: git (diff .*)/.exec(stdout)?.[1] ?? "";
	assert.match(
		spawnSync("git", command.split(" "), { cwd: folder, encoding: "utf8" })
			.stdout,
		/^diff --git a\/changed\.ts/,
	);
	const { runs, rows } = JSON.parse(
		(await deepdiva("runs", "compare", "--where", "lr<0.3", "--json")).stdout,
	) as { runs: string[]; rows: { name: string; values: unknown[] }[] };
	assert.equal(runs.length, 4);
	assert.deepEqual(
		rows.find(({ name }) => name === "lr")?.values,
		[0.1, 0.2, 0.1, 0.2],
	);
	const alone = await deepdiva("runs", "compare", a.id);
	assert.equal(alone.status, 2);
	assert.match(alone.stderr, /at least two runs/);
});

test("rm asks, or takes --yes, and removes all or nothing", async () => {
	const all = await listed();
	const [first, second] = all as [Summary, Summary];
	const asked = await deepdiva("runs", "rm", first.id);
	assert.equal(asked.status, 2);
	assert.match(asked.stderr, /give --yes/);
	assert.equal(
		(await deepdiva("runs", "rm", first.id, "nobody", "--yes")).status,
		2,
	);
	assert.equal((await deepdiva("runs", "rm", "--yes")).status, 2);
	assert.equal((await listed()).length, all.length);
	writeFiles(folder, { "runs/toy/20200101T000000Z-deadbeef/run.json": "{" });
	const removed = await deepdiva(
		"runs",
		"rm",
		first.id,
		second.id,
		"deadbeef",
		"--yes",
	);
	assert.equal(removed.status, 0);
	assert.match(removed.stdout, new RegExp(`removed ${first.id} toy\n`));
	assert.match(removed.stdout, /deadbeef \(damaged\)/);
	assert.deepEqual(
		(await listed()).map(({ id }) => id),
		all.slice(2).map(({ id }) => id),
	);
	assert.equal((await deepdiva("runs")).status, 0);
});

test("a run that is killed keeps its metrics but for the last 31 lines of a flood, and is shown as interrupted", async () => {
	const place = temporaryFolder();
	const child = spawn(
		process.execPath,
		[
			"--input-type=module",
			"--eval",
			`import { writeSync } from "node:fs";
			import * as dd from ${JSON.stringify(new URL("../../index.ts", import.meta.url).href)};
			await dd.run({ name: "long" }, async () => {
				for (let step = 1; ; step++) {
					dd.log({ loss: 1 / step }, { step });
					writeSync(3, step + "\\n");
					if (step % 10 === 0) await new Promise((done) => setTimeout(done, 5));
				}
			});`,
		],
		{
			cwd: place,
			env: { ...process.env, DEEPDIVA_RUNS: join(place, "runs") },
			stdio: ["ignore", "inherit", "inherit", "pipe"],
		},
	);
	after(() => child.kill("SIGKILL"));
	const logged = text(child.stdio[3] as Readable);
	const show = (...args: string[]) =>
		answerHere(["runs", ...args], {
			cwd: place,
			env: { ...process.env, DEEPDIVA_RUNS: join(place, "runs") },
		});
	const files = () =>
		existsSync(join(place, "runs/long"))
			? readdirSync(join(place, "runs/long"))
			: [];
	const metrics = () =>
		join(place, "runs/long", files()[0] ?? "", "metrics.jsonl");
	await until(
		() => files().length > 0 && existsSync(metrics()),
		"the run logs its metrics",
	);
	assert.match((await show()).stdout, /long +running/);
	assert.match(
		(await show("rm", "last", "--yes")).stderr,
		/is running \(process \d+/,
	);
	child.kill("SIGKILL");
	await once(child, "exit");
	assert.match((await show()).stdout, /long +interrupted/);
	assert.match((await show("show", "last")).stdout, /status +interrupted/);
	const onDisk = readFileSync(metrics(), "utf8");
	assert.ok(onDisk.endsWith("\n"));
	const kept = onDisk.trim().split("\n").length;
	const last = Number((await logged).trim().split("\n").at(-1));
	assert.ok(last > 0 && kept > last - 32, `${kept} of ${last} are on disk`);
	assert.equal((await show("rm", "last", "--yes")).status, 0);
});
