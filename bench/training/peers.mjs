// The peers of bench/training.mjs: processes that are told by a line what to do, and answer by a line of JSON.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../../dist/kernel/owner/node.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.DEEPDIVA_PYTHON ?? "python3";
const peersFolder = process.env.DEEPDIVA_BENCH_PEERS;

const node = (file, ...more) => [pinnedNode(), [here(file), ...more]];
// -B leaves no __pycache__ in the source.
const pythonOf = (file, ...more) => [python, ["-B", here(file), ...more]];

/** A process that answers line by line. */
class LinePeer {
	#child;
	#lines;
	#errors = "";

	constructor([command, parameters]) {
		this.#child = spawn(command, parameters, { stdio: "pipe" });
		this.#child.stderr.setEncoding("utf8").on("data", (text) => {
			this.#errors = (this.#errors + text).slice(-2000);
		});
		// One that has ended takes no more lines: its silence is what tells.
		this.#child.stdin.on("error", () => {});
		this.#child.on("error", (error) => {
			this.#errors = error.message;
		});
		this.#lines = createInterface({ input: this.#child.stdout })[
			Symbol.asyncIterator
		]();
	}

	/** @throws what the peer says it cannot, or left when it ended */
	async ask(line) {
		this.#child.stdin.write(`${line}\n`);
		for (;;) {
			const { value, done } = await this.#lines.next();
			if (done)
				throw new Error(
					this.#errors.trim().split("\n").at(-1) || "its process ended",
				);
			// A library may print lines of its own.
			if (!value.startsWith("{")) continue;
			const reply = JSON.parse(value);
			if (reply.cannot !== undefined) throw new Error(reply.cannot);
			return reply;
		}
	}

	close() {
		this.#child.kill();
	}
}

/** A command that is started for each round; its last line is JSON that tells processor, memory and accuracy. */
class CommandPeer {
	#command;
	#options;
	#images;
	#memory = 0;

	/** @param images so many are trained on in a round, each epoch counted */
	constructor(command, images, options = {}) {
		this.#command = command;
		this.#images = images;
		this.#options = options;
	}

	async ask(line) {
		if (line === "end") return { memory: this.#memory };
		const begin = performance.now();
		const { status, stdout, stderr, error } = spawnSync(...this.#command, {
			encoding: "utf8",
			...this.#options,
		});
		const seconds = (performance.now() - begin) / 1000;
		if (status !== 0)
			throw new Error(error?.message ?? stderr.trim().split("\n").at(-1));
		const { memory, processor, accuracy } = JSON.parse(
			stdout.trim().split("\n").at(-1),
		);
		this.#memory = Math.max(this.#memory, memory);
		return { seconds, processor, accuracy, steps: this.#images };
	}

	close() {}
}

/** `deepdiva run` of the tutorial's cell, in a folder of its own. */
function ourCommand({ workload, folder, digits }) {
	const { command, batch, optimizer } = workload;
	// As users install it: by its path it would be code of the script's, which each run reads and checks.
	const modules = join(folder, "node_modules");
	if (!existsSync(modules)) {
		mkdirSync(modules);
		symlinkSync(here("../.."), join(modules, "deepdiva"));
		writeFileSync(join(folder, "package.json"), '{"type":"module"}');
	}
	const params = {
		data: digits,
		epochs: command.epochs,
		batch,
		optimizer: optimizer.name,
		lr: optimizer.learningRate,
	};
	writeFileSync(
		join(folder, "digits.ts"),
		`import * as dd from "deepdiva";
dd.seed(1);
const result = await dd.run({ task: "image-classification", params: ${JSON.stringify(params)} });
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({
	processor: (user + system) / 1e6,
	memory: process.resourceUsage().maxRSS * 1024,
	accuracy: result.outcome.metrics.test_accuracy,
}));
`,
	);
	return new CommandPeer(
		node("../../bin/deepdiva.js", "run", "digits.ts"),
		command.images * command.epochs,
		{ cwd: folder },
	);
}

function hasPackage(name) {
	if (peersFolder === undefined) return "DEEPDIVA_BENCH_PEERS is not set";
	try {
		createRequire(join(peersFolder, "package.json")).resolve(name);
		return undefined;
	} catch {
		return `${name} is not installed in ${peersFolder}`;
	}
}

/** Asked once: it takes seconds. */
let torch;
function hasTorch() {
	torch ??= spawnSync(python, ["-c", "import torch"], { encoding: "utf8" });
	return torch.status === 0
		? undefined
		: `${python} has no torch (DEEPDIVA_PYTHON names another Python)`;
}

/** Training by `model.fit` of a library that `from`, a folder, has in its node_modules. */
const library = (name, from = "") => ({
	steps: ({ name: workload, folder }) =>
		new LinePeer(node("fit.mjs", name, workload, folder, from)),
});

const pytorch = (threads) => ({
	title: `PyTorch, ${threads} thread${threads > 1 ? "s" : ""}`,
	missing: hasTorch,
	steps: ({ name, folder }) =>
		new LinePeer(pythonOf("pytorch.py", name, folder, threads)),
	command: ({ name, workload: { command }, digits }) =>
		new CommandPeer(
			pythonOf("digits.py", name, digits, threads),
			command.images * command.epochs,
		),
});

/**
 * By the name that `--peers` takes: a title, why it is missing, and for each kind of workload that it can do what
 * starts it. `folder` is its own of that workload, with the files of prepare.mjs; `digits` that of the images.
 */
export const PEERS = {
	fit: { title: "deepdiva, `model.fit`", ...library("deepdiva") },
	task: {
		title: "deepdiva, its task",
		steps: ({ name, workload, folder }) => {
			if (!workload.task) throw new Error("no task trains this model");
			return new LinePeer(node("task.mjs", name, folder));
		},
		command: ourCommand,
		reading: ({ name, digits }) => new LinePeer(node("read.mjs", name, digits)),
	},
	tfjs: { title: "tfjs from npm, wasm", ...library("tfjs", here("../..")) },
	"tfjs-node": {
		title: "tfjs-node",
		missing: () => hasPackage("@tensorflow/tfjs-node"),
		...library("tfjs-node", peersFolder),
	},
	"jax-js": {
		title: "jax-js",
		missing: () => hasPackage("@jax-js/jax"),
		steps: ({ name, folder }) =>
			new LinePeer(node("jax.mjs", name, folder, peersFolder)),
	},
	"pytorch-1": {
		...pytorch(1),
		reading: ({ name, digits }) =>
			new LinePeer(pythonOf("digits.py", name, digits, 1)),
	},
	"pytorch-2": pytorch(2),
};

/** Writes what all peers of a workload begin from into `folder`. */
export function prepare(name, folder) {
	const [command, parameters] = node("prepare.mjs", name, folder);
	const { status, stderr } = spawnSync(command, parameters, {
		encoding: "utf8",
	});
	if (status !== 0) throw new Error(`${name} cannot be prepared: ${stderr}`);
}
