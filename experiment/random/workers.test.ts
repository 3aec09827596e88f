import assert from "node:assert/strict";
import childProcess, { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { suite, test } from "node:test";
import workerThreads, { Worker, type WorkerOptions } from "node:worker_threads";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { installRandom } from "./install.ts";
import { withStreams } from "./scope.ts";
import { openStream, StreamSet } from "./stream.ts";

installRandom();

const folder = temporaryFolder();
const DRAWS = "[Math.random(), globalThis.crypto.randomUUID()]";
writeFiles(folder, {
	"module.mjs": `import { parentPort } from "node:worker_threads"; parentPort.postMessage(${DRAWS});`,
	"common.cjs": `require("node:worker_threads").parentPort.postMessage(${DRAWS});`,
	"nested.mjs": `import { parentPort, Worker } from "node:worker_threads";
new Worker(new URL("./module.mjs", import.meta.url), { execArgv: [] }).on("message", (drawn) => parentPort.postMessage(drawn));`,
	"process.mjs": `process.send([${DRAWS}, process.argv.slice(2), process.env.DEEPDIVA_WORKER ?? "none", process.env.PROBE ?? "none"]);`,
});
const file = (name: string) => join(folder, name);

const under = <T>(body: () => T, isChosen = true): T =>
	withStreams(new StreamSet("1", { isChosen: () => isChosen }), body);
const mainOf = (name: string) => openStream("1", name).next();

type Drawn = [random: number, id: string];

async function drawn(
	script: string,
	options?: WorkerOptions,
	Class = Worker,
): Promise<Drawn> {
	const [message] = await once(new Class(script, options), "message");
	return message as Drawn;
}

const inText = `require("node:worker_threads").parentPort.postMessage(${DRAWS})`;

suite("a worker draws from its own stream", () => {
	for (const [name, script, options] of [
		["an ES module", file("module.mjs"), undefined],
		["a CommonJS module", file("common.cjs"), undefined],
		["with its own execArgv", file("module.mjs"), { execArgv: [] }],
		[
			"with flags of its own",
			file("module.mjs"),
			{ execArgv: ["--no-warnings"] },
		],
		["of a text", inText, { eval: true }],
		["of a text with its own execArgv", inText, { eval: true, execArgv: [] }],
		["with its own environment", file("module.mjs"), { env: {} }],
	] as const)
		test(name, async () => {
			const [random, id] = await under(() =>
				drawn(script, options as WorkerOptions),
			);
			assert.equal(random, mainOf("worker:0"));
			const own = new StreamSet("1", { prefix: "worker:0/" });
			assert.equal(
				id,
				withStreams(own, () => crypto.randomUUID()),
			);
		});

	test("however the class is reached", async () => {
		const required: typeof workerThreads = createRequire(import.meta.url)(
			"worker_threads",
		);
		class Derived extends Worker {}
		for (const Class of [required.Worker, workerThreads.Worker, Derived]) {
			const [random] = await under(() =>
				drawn(file("common.cjs"), undefined, Class),
			);
			assert.equal(random, mainOf("worker:0"));
		}
		const derived = new Derived("", { eval: true });
		assert.ok(derived instanceof Derived && derived instanceof Worker);
		await derived.terminate();
	});
});

test("no two workers draw the same, and their order is that of their creation", async () => {
	const all = await under(() =>
		Promise.all([1, 2, 3].map(() => drawn(file("module.mjs")))),
	);
	assert.deepEqual(
		all.map(([random]) => random),
		["worker:0", "worker:1", "worker:2"].map(mainOf),
	);
	assert.equal(new Set(all.map(([, id]) => id)).size, 3);
});

test("a worker of a worker has a stream under the other's", async () => {
	const [random] = await under(() => drawn(file("nested.mjs")));
	assert.equal(random, mainOf("worker:0/worker:0"));
});

test("a worker has the seeds of its creator's streams, those that vary included", async () => {
	const session = JSON.stringify(
		new URL("../session.ts", import.meta.url).href,
	);
	const scope = JSON.stringify(new URL("./scope.ts", import.meta.url).href);
	const script = `
const { parentPort } = require("node:worker_threads");
(async () => {
	const { codeStream, seed } = await import(${session});
	const { currentStreams, task } = await import(${scope});
	const streams = currentStreams();
	const drawn = [
		Math.random(),
		streams.stream("init").next(),
		streams.stream("order").next(),
		await task("a", () => currentStreams().stream("init").next()),
		codeStream("init").next(),
		codeStream("order").next(),
	];
	seed("3");
	parentPort.postMessage([...drawn, codeStream("init").next()]);
})();`;
	const streams = new StreamSet("1", {
		varied: { names: ["init"], seed: "2" },
	});
	const [message] = await withStreams(streams, () =>
		once(new Worker(script, { eval: true }), "message"),
	);
	assert.deepEqual(
		message,
		[
			["1", "worker:0"],
			["2", "worker:0/init"],
			["1", "worker:0/order"],
			["2", "worker:0/task:a/init"],
			// dd.rng outside of runs and branches, which begins anew.
			["2", "worker:0/init"],
			["1", "worker:0/order"],
			["3", "worker:0/init"],
		].map(([seed = "", name = ""]) => openStream(seed, name).next()),
	);
	// Its draws are told to nobody.
	assert.deepEqual(streams.drawn(), ["init"]);
});

test("a worker without any seed is Node's own", async () => {
	const [random] = await drawn(file("module.mjs"));
	assert.notEqual(random, (await drawn(file("module.mjs")))[0]);
	const untouched = new Worker(
		"require('node:worker_threads').parentPort.postMessage(process.execArgv)",
		{ eval: true, execArgv: [] },
	);
	assert.deepEqual(await once(untouched, "message"), [[]]);
});

test("a worker under a seed that nobody chose has ids from the system", async () => {
	const draw = () => under(() => drawn(file("module.mjs")), false);
	const [first, second] = [await draw(), await draw()];
	assert.equal(first[0], second[0]);
	assert.notEqual(first[1], second[1]);
});

test("wrong arguments of a worker throw what Node throws", () => {
	under(() => {
		assert.throws(() => new Worker("relative.mjs"), {
			code: "ERR_WORKER_PATH",
		});
		assert.throws(
			() => new Worker(file("module.mjs"), { execArgv: ["--no-such-flag"] }),
			{ code: "ERR_WORKER_INVALID_EXEC_ARGV" },
		);
	});
});

test("a worker starts in a process whose flags no worker can have, and keeps the others", async () => {
	const inWorker = `require("node:worker_threads").parentPort.postMessage(
		[Math.random(), ...["--expose-gc", "--disable-warning=ExperimentalWarning"].map((flag) => process.execArgv.includes(flag))])`;
	const script = `
		const { Worker } = require("node:worker_threads");
		new Worker(${JSON.stringify(inWorker)}, { eval: true }).on("message", (drawn) => console.log(JSON.stringify(drawn)));`;
	const child = childProcess.spawn(
		process.execPath,
		[
			"--expose-gc",
			"--disable-warning=ExperimentalWarning",
			"--import",
			new URL("../../seed.ts", import.meta.url).href,
			"-e",
			script,
		],
		{ env: { ...process.env, DEEPDIVA_SEED: "1" } },
	);
	child.stderr.pipe(process.stderr);
	const [output] = await once(child.stdout.setEncoding("utf8"), "data");
	assert.deepEqual(JSON.parse(String(output)), [
		mainOf("session/worker:0"),
		false,
		true,
	]);
});

suite("a forked process draws from its own stream", () => {
	process.env.PROBE = "mine";
	for (const [name, start, probe] of [
		["with arguments", () => fork(file("process.mjs"), ["a"]), "mine"],
		[
			"with its own execArgv",
			() => childProcess.fork(file("process.mjs"), ["a"], { execArgv: [] }),
			"mine",
		],
		[
			"with its own environment",
			() => fork(file("process.mjs"), ["a"], { env: {} }),
			"none",
		],
	] as const)
		test(name, async () => {
			const [message] = await once(under(start), "message");
			const [[random], words, inherited, seen] = message as [
				Drawn,
				string[],
				string,
				string,
			];
			assert.equal(seen, probe);
			assert.equal(random, mainOf("worker:0"));
			assert.deepEqual(words, ["a"]);
			assert.equal(inherited, "none");
		});

	test("without arguments but with options", async () => {
		const child = under(() => fork(file("process.mjs"), { execArgv: [] }));
		const [message] = await once(child, "message");
		assert.equal((message as [Drawn])[0][0], mainOf("worker:0"));
	});
});

test("what is forked and is no Node of this kind is started as it was asked for", async () => {
	writeFiles(folder, {
		other: '#!/bin/sh\nprintf "%s\\n" "$@" "[$DEEPDIVA_WORKER]" > args.txt\n',
	});
	chmodSync(file("other"), 0o755);
	const child = under(() =>
		fork("program", ["a"], {
			execPath: file("other"),
			execArgv: ["-x"],
			cwd: folder,
			silent: true,
		}),
	);
	await once(child, "exit");
	assert.equal(readFileSync(file("args.txt"), "utf8"), "-x\nprogram\na\n[]\n");
});

test("a worker leaves nothing behind in the data that later workers get", async () => {
	await under(() => drawn(file("module.mjs")));
	const code = `const { parentPort, getEnvironmentData } = require("node:worker_threads");
		parentPort.postMessage([getEnvironmentData("DEEPDIVA_WORKER") ?? "none"]);`;
	const [without] = await drawn(code, { eval: true, execArgv: [] });
	assert.equal(without, "none");
	// Nor does one see its own, which would be its children's too.
	const [within] = await under(() => drawn(code, { eval: true }));
	assert.equal(within, "none");
});
