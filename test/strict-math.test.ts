import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { executeRecipe } from "../cli/replay/execute-recipe.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { isIdentical } from "../experiment/replay/compare.ts";
import { replayRun } from "../experiment/replay/replay.ts";
import { strictFunctions } from "../experiment/strict-math/functions.ts";
import { openNotebook, resultOf } from "../kernel/engine/test-notebook.ts";
import { translateCells } from "../magics/export/translate.ts";
import { answerHere } from "./command-line.ts";

const strict = strictFunctions();
const folder = temporaryFolder();
/** Where this engine's own functions give other bits. */
const differing = (
	ours: (x: number) => number,
	own: (x: number) => number,
): number => {
	for (let x = 0.1; x < 500; x += 0.0037) if (ours(x) !== own(x)) return x;
	throw new Error("this engine has the same bits");
};
const A = differing(strict.tanh, Math.tanh);
const B = differing(
	(x) => strict.pow(x, 1.7),
	(x) => x ** 1.7,
);
const STRICT = [strict.tanh(A), strict.pow(B, 1.7), strict.pow(B, 1.7)];
const PLAIN = [Math.tanh(A), B ** 1.7, B ** 1.7];

writeFiles(folder, {
	"package.json": "{}",
	"tools.ts":
		"export const power = (x: number, y: number): number => x ** y;\n",
});
const notebook = await openNotebook({ cwd: folder, rootSeed: "1" });
const recorded = (experiment: string) =>
	listRuns(join(folder, "runs")).runs.filter(
		({ record }) => record.experiment === experiment,
	);
const numbers = (experiment: string) => {
	const { a, b, c } = recorded(experiment).at(-1)?.record.metrics ?? {};
	return [a, b, c];
};

const TOOLS = `import { power } from "./tools.ts";
const exponent = 1.7;
const own = (x: number) => x ** exponent;`;
const LOG = `dd.log({ a: Math.tanh(${A}), b: own(${B}), c: power(${B}, exponent) });`;

test("a run asks for strict math: in its code, in functions of earlier cells and of local files", async () => {
	assert.equal(resultOf(await notebook.execute(TOOLS)), "");
	await notebook.execute(`%dd run strict --strict-math\nawait 1;\n${LOG}`);
	await notebook.execute(`%dd run plain\n${LOG}`);
	assert.deepEqual(numbers("strict"), STRICT);
	assert.deepEqual(numbers("plain"), PLAIN);
	assert.equal(recorded("strict")[0]?.record.conditions?.strictMath, true);
});

test("a strict run is identical in a replay", async () => {
	const [run] = recorded("strict");
	assert.ok(run);
	const { parts } = await replayRun(run, executeRecipe);
	assert.ok(isIdentical(parts));
	assert.ok(parts.some(({ part }) => part === "metrics"));
});

test("a seed makes all that follows strict, outside of runs too", async () => {
	await notebook.execute("%dd seed 3 --strict-math");
	assert.equal(
		resultOf(await notebook.execute(`Math.tanh(${A})`)),
		String(STRICT[0]),
	);
	await notebook.execute(`%dd run seeded\n${LOG}`);
	assert.deepEqual(numbers("seeded"), STRICT);
	const [run] = recorded("seeded");
	assert.ok(run);
	const { parts } = await replayRun(run, executeRecipe);
	assert.ok(isIdentical(parts));
	await notebook.execute("%dd seed 3");
	assert.equal(
		resultOf(await notebook.execute(`Math.tanh(${A})`)),
		String(PLAIN[0]),
	);
});

test("TensorFlow.js looks for the functions of Math when it computes on its cpu backend, and finds the strict ones", async () => {
	const cell = await notebook.execute(
		`%dd run tensors --strict-math
import * as tf from "@tensorflow/tfjs";
await dd.useBackend("cpu");
const seen: number[] = [];
const native = Math.tanh;
Math.tanh = (x) => { seen.push(native(x)); return native(x); };
tf.tanh(tf.tensor1d([0.5, ${A}])).dataSync();
Math.tanh = native;
dd.log({ a: seen[1] - Math.tanh(Math.fround(${A})), b: seen.length });
await dd.useBackend("wasm");`,
	);
	assert.equal(resultOf(cell), "");
	assert.deepEqual(numbers("tensors").slice(0, 2), [0, 2]);
});

test("an exported script, and a plain one with the option, have the same numbers", async () => {
	writeFiles(folder, {
		"exported.ts": translateCells([
			{ kind: "code", source: "%dd seed 1" },
			{ kind: "code", source: TOOLS },
			{
				kind: "code",
				source: `%dd run exported --strict-math\nawait 1;\n${LOG}`,
			},
		]),
		"plain.ts": [
			'import * as dd from "deepdiva";',
			TOOLS,
			`await dd.run({ name: "script" }, () => { ${LOG} });`,
		].join("\n"),
	});
	const deepdiva = async (...args: readonly string[]) => {
		const { status, stdout, stderr } = await answerHere(args, { cwd: folder });
		assert.equal(status, 0, stderr);
		return stdout;
	};
	await deepdiva("run", "exported.ts");
	assert.deepEqual(numbers("exported"), STRICT);
	await deepdiva("run", "plain.ts");
	assert.deepEqual(numbers("script"), PLAIN);
	await deepdiva("run", "plain.ts", "--strict-math");
	assert.deepEqual(numbers("script"), STRICT);
	const id = String(recorded("script").at(-1)?.record.id);
	assert.match(await deepdiva("replay", id), /^identical: /m);
	assert.match(await deepdiva("runs", "show", id), /its math was strict/);
});
