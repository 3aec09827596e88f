/** The tutorial through Jupyter's own client, and the same runs on the two other ways. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { pythonWith } from "../python.ts";
import {
	digestsIn,
	picturesIn,
	readNotebook,
	shownIn,
	textOf,
} from "./executed.ts";
import { copyTutorial, type JupyterHome, jupyterHome } from "./jupyter-home.ts";

let home: JupyterHome;
before(async () => {
	home = await jupyterHome();
});
after(() => home.remove());

/** Executes a notebook by nbclient. */
async function execute(
	python: string,
	[notebook, executed]: readonly [string, string],
	env: NodeJS.ProcessEnv,
): Promise<void> {
	const script = fileURLToPath(new URL("./execute.py", import.meta.url));
	const child = spawn(python, ["-B", script, notebook, executed], {
		env,
		stdio: ["ignore", "inherit", "pipe"],
	});
	const report = text(child.stderr);
	const [code] = await once(child, "close");
	assert.equal(code, 0, await report);
}

test("type errors of the first cell are in the notebook that nbclient writes", async (context) => {
	const python = pythonWith(["nbclient", "nbformat"], context);
	if (!python) return;
	const folder = join(home.folder, "type errors");
	mkdirSync(folder);
	const files = [join(folder, "in.ipynb"), join(folder, "out.ipynb")] as const;
	const cell = {
		id: "first",
		cell_type: "code",
		execution_count: null,
		metadata: {},
		outputs: [],
		source: 'const n: number = "three";\nconsole.log(n);',
	};
	writeFileSync(
		files[0],
		JSON.stringify({
			cells: [cell],
			metadata: {},
			nbformat: 4,
			nbformat_minor: 5,
		}),
	);
	await execute(python, files, home.env);
	const [{ outputs = [] } = {}] = readNotebook(files[1]).cells;
	const [types = "", printed = ""] = outputs.map((output) =>
		output.output_type === "stream"
			? stripVTControlCharacters(textOf(output.text))
			: output.output_type,
	);
	assert.match(types, /TS2322: .*\n.*line 1, column 7/);
	assert.equal(printed, "three\n");
});

/** Digits of each part that three ways train on: enough for every picture. */
const IMAGES = 200;

test("the first promise of the project: the tutorial gives the same digests through nbclient, deepdiva execute and its exported script", async (context) => {
	const python = pythonWith(["nbclient", "nbformat"], context);
	if (!python) return;
	const runs = (name: string) => join(home.folder, name, "recorded");
	const environment = (name: string) => ({
		...home.env,
		DEEPDIVA_RUNS: runs(name),
	});

	const cwd = dirname(copyTutorial(join(home.folder, "execute"), IMAGES));
	// In a process of its own, beside nbclient: most of the time is training.
	const executing = home.deepdiva(
		["execute", "01-first-experiment.ipynb", "-o", "out.ipynb"],
		{ cwd, env: environment("execute") },
	);
	// Should nbclient fail first, its folder is not to go away under it.
	const ended = executing.catch(() => undefined);
	context.after(() => ended);

	const notebook = copyTutorial(join(home.folder, "nbclient"), IMAGES);
	const executed = join(home.folder, "nbclient", "executed.ipynb");
	await context.test(
		"nbclient executes every cell, and the notebook it writes is valid",
		async () => {
			await execute(python, [notebook, executed], environment("nbclient"));
		},
	);

	await context.test(
		"every output can be read as text, and every picture is vega-lite, PNG and text – nothing else",
		() => {
			const pictures = picturesIn(shownIn(readNotebook(executed)));
			assert.deepEqual(
				[...new Set(pictures.map(({ cell }) => cell))],
				["look", "train", "seeds", "digits"],
			);
			assert.ok(pictures.length >= 7);
		},
	);

	await context.test(
		"a live picture is one output in the notebook, however often it was drawn",
		() => {
			const shown = shownIn(readNotebook(executed));
			const inCell = (id: string) => shown.filter(({ cell }) => cell === id);
			// Summary line, metrics, the boundary before and after.
			assert.equal(inCell("train").length, 4);
			// Summary line, curves, last values, table.
			assert.equal(inCell("seeds").length, 4);
		},
	);

	await context.test(
		"the executed notebook is small, and needs no widget state",
		() => {
			assert.ok(statSync(executed).size < 1_500_000);
			assert.equal(readNotebook(executed).metadata.widgets, undefined);
		},
	);

	const recorded = digestsIn(runs("nbclient"));
	assert.equal(Object.keys(recorded).length, 7);

	await context.test("deepdiva execute records the same digests", async () => {
		await executing;
		assert.deepEqual(digestsIn(runs("execute")), recorded);
		const kinds = (file: string) =>
			shownIn(readNotebook(file))
				// Its progress is displayed where it takes long.
				.filter(({ cell }) => cell !== "get-digits")
				.map(({ cell, type, data }) => [cell, type, Object.keys(data)]);
		assert.deepEqual(kinds(join(cwd, "out.ipynb")), kinds(executed));
	});

	await context.test(
		"the script that the notebook exported records the same digests",
		async () => {
			const folder = dirname(notebook);
			const script = "first-experiment.ts";
			assert.ok(existsSync(join(folder, script)));
			await home.deepdiva(["run", script], {
				cwd: folder,
				env: environment("script"),
			});
			assert.deepEqual(digestsIn(runs("script")), recorded);
		},
	);
});
