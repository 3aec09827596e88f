/** What is left of a multirun whose processes are killed, and that the same line goes on with it. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import {
	listRuns,
	statusOf,
	verifyFiles,
} from "../../experiment/record/store/store.ts";
import { commandLine, leavingIn, notebookOf } from "../command-line.ts";
import { allEnd, lives, NO_PROC } from "../processes.ts";
import { until } from "../until.ts";
import { told } from "./told.ts";

/** Each member leaves a line; while there is a file `hold`, the first and the last wait. */
const BODY = `
	appendFileSync("computed", lr + "\\n");
	if (lr === 1 || lr === 4) {
		writeFileSync("computes-" + lr, String(process.pid));
		while (existsSync("hold")) await new Promise((done) => setTimeout(done, 20));
	}
	console.log("member", lr);
	dd.log({ drawn: lr * Math.random() });
`;
const IMPORT =
	'import { appendFileSync, existsSync, writeFileSync } from "node:fs";';
const SCRIPT = `${IMPORT}
import * as dd from "deepdiva";
await dd.multirun({ name: "x", params: { lr: [1, 2, 3, 4] }, n: 1 }, async ({ lr }) => {${BODY}});
`;
const NOTEBOOK = notebookOf(
	"%types off",
	IMPORT,
	`%dd multirun x lr=1,2,3,4 -n 1\n${BODY}`,
);

const WAYS = {
	"deepdiva run": ["run", "line.ts"],
	"deepdiva execute": ["execute", "nb.ipynb"],
} as const;

function project(): string {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"line.ts": SCRIPT,
		"nb.ipynb": NOTEBOOK,
	});
	mkdirSync(join(folder, "node_modules"));
	symlinkSync(packageRoot, join(folder, "node_modules", "deepdiva"));
	return folder;
}

function start(folder: string, words: readonly string[]): ChildProcess {
	const child = spawn(process.execPath, [...commandLine, ...words], {
		cwd: folder,
		env: { ...leavingIn(folder), DEEPDIVA_SEED: "7" },
		stdio: ["ignore", "ignore", "ignore"],
	});
	after(() => child.kill("SIGKILL"));
	return child;
}

async function execute(
	folder: string,
	...words: readonly string[]
): Promise<void> {
	const [code] = await once(start(folder, words), "exit");
	assert.equal(code, 0, words.join(" "));
}

const runsIn = (folder: string) => listRuns(join(folder, "runs")).runs;

const computedIn = (folder: string) =>
	readFileSync(join(folder, "computed"), "utf8").trim().split("\n").sort();

/** The results on record, none of which is damaged. */
function resultsIn(folder: string): ReturnType<typeof told> {
	const finished = runsIn(folder).filter((run) => statusOf(run) === "finished");
	for (const run of finished) assert.deepEqual(verifyFiles(run), []);
	return told(finished.map(({ record }) => record));
}

/** The processes that compute the first member and the last, which the process that began the multirun computes itself. */
async function processesIn(folder: string): Promise<[number, number]> {
	const files = [1, 4].map((lr) => join(folder, `computes-${lr}`));
	const read = () =>
		files.map((file) =>
			existsSync(file) ? Number(readFileSync(file, "utf8")) : 0,
		);
	await until(() => read().every((id) => id > 0), "two members at a time");
	const [worker = 0, own = 0] = read();
	return [worker, own];
}

for (const [way, line] of Object.entries(WAYS))
	test(`${way}: one job, two, those of which one or all are killed, and the exported script come to the same records`, {
		skip: NO_PROC,
	}, async () => {
		const one = project();
		await execute(one, ...line, "--jobs", "1");
		const expected = resultsIn(one);
		assert.equal(expected.length, 4);

		/** Begins the line with two jobs, and kills some of its processes while two members are computed. */
		const kill = async (which: "worker" | "own" | "all") => {
			const folder = project();
			writeFileSync(join(folder, "hold"), "");
			const child = start(folder, [...line, "--jobs", "2"]);
			const [worker, own] = await processesIn(folder);
			assert.ok(child.pid);
			assert.notEqual(worker, own);
			const ids = [child.pid, own, worker];
			assert.ok(ids.every(lives));
			if (which === "worker") {
				process.kill(worker, "SIGKILL");
				rmSync(join(folder, "hold"));
				const [code] = await once(child, "exit");
				assert.equal(code, 0);
				await allEnd(ids);
				return folder;
			}
			child.kill("SIGKILL");
			if (which === "all")
				for (const id of new Set([own, worker]))
					if (lives(id)) process.kill(id, "SIGKILL");
			await allEnd(ids);
			return folder;
		};

		const healed = await kill("worker");
		assert.deepEqual(resultsIn(healed), expected);

		for (const which of ["own", "all"] as const) {
			const folder = await kill(which);
			const before = resultsIn(folder);
			assert.deepEqual(
				new Set(runsIn(folder).map(statusOf)),
				new Set(
					before.length > 0 ? ["finished", "interrupted"] : ["interrupted"],
				),
			);
			rmSync(join(folder, "hold"));
			const computed = computedIn(folder);
			await execute(folder, ...line, "--jobs", "2", "--resume");
			assert.equal(
				computedIn(folder).length - computed.length,
				4 - before.length,
				"only what is missing is computed",
			);
			assert.deepEqual(resultsIn(folder), expected);
			assert.ok(!existsSync(join(folder, "runs", ".claims")));
		}

		if (line[0] === "run") return;
		await execute(one, "export", "nb.ipynb", "-o", "exported.ts");
		const elsewhere = project();
		cpSync(join(one, "exported.ts"), join(elsewhere, "exported.ts"));
		await execute(elsewhere, "run", "exported.ts", "--jobs", "2");
		const result = ({ digest, identity, seed, params, metrics }: Result) => ({
			...{ digest, identity, params, metrics, seed: seed.run },
		});
		assert.deepEqual(resultsIn(elsewhere).map(result), expected.map(result));
	});

type Result = ReturnType<typeof told>[number];
