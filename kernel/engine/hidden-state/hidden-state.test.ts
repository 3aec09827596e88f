import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import type {
	HiddenState,
	HiddenStateFinding,
} from "../../../experiment/record/hidden-state.ts";
import type { RunRecord } from "../../../experiment/record/record.ts";
import type { ExecuteRequest } from "../../protocol/requests.ts";
import { openNotebook, resultOf, type TestNotebook } from "../test-notebook.ts";

interface Cell extends Pick<ExecuteRequest, "cellId" | "deletedCells"> {
	readonly code: string;
}

type Seen = HiddenState & { readonly shown: string };

/** Executes cells; the last one is a guarded run. */
async function execute(
	notebook: TestNotebook,
	cells: readonly (string | Cell)[],
): Promise<Seen> {
	let shown = "";
	for (const cell of cells) {
		const { code, ...place } = typeof cell === "string" ? { code: cell } : cell;
		const executed = await notebook.execute(code, place);
		assert.equal(executed.reply.status, "ok", resultOf(executed));
		shown = executed.outputs
			.map((output) => ("data" in output ? output.data["text/plain"] : ""))
			.join("\n");
	}
	const runs = join(notebook.folder, "runs", "guarded");
	const latest = readdirSync(runs)
		.map((name) => readFileSync(join(runs, name, "run.json"), "utf8"))
		.map((text) => JSON.parse(text) as RunRecord)
		.sort((a, b) => a.started.localeCompare(b.started))
		.at(-1);
	assert.ok(latest?.hiddenState);
	return { ...latest.hiddenState, shown };
}

/** The same in a notebook of its own. */
async function stateAfter(...cells: readonly (string | Cell)[]): Promise<Seen> {
	const notebook = await openNotebook();
	const seen = await execute(notebook, cells);
	await notebook.engine.shutdown();
	return seen;
}

const found = (
	{ findings }: HiddenState,
	kind: HiddenStateFinding["kind"],
): string[] =>
	findings.filter((one) => one.kind === kind).map(({ text }) => text);

const guarded = (code: string): string => `%dd run guarded\n${code}`;

test("a guarded cell's record says which names it read and wrote, and what they held", async () => {
	const state = await stateAfter(
		"const a = 1; const unused = 2; const f = (b: number) => b + a;",
		guarded("const c = f(a); let d: number; { const a = 3; d = a }"),
	);
	assert.deepEqual(state.reads, ["a", "f"]);
	assert.deepEqual(state.writes, ["c", "d"]);
	assert.deepEqual(Object.keys(state.bindings), ["a", "c", "d", "f", "unused"]);
	assert.equal(state.bindings.a?.before, state.bindings.a?.after);
	assert.notEqual(state.bindings.d?.before, state.bindings.d?.after);
	assert.deepEqual(state.findings, []);
	assert.deepEqual(state.notChecked, []);
});

test("a parameter is none of the names that a cell shares with others, also where it has the name of one", async () => {
	const state = await stateAfter(
		"let lr = 3; const made = [lr];",
		"%dd run guarded lr=0.1\nconst later = () => lr; const twice = 2 * lr; made.length;",
	);
	assert.deepEqual(state.reads, ["made"]);
	assert.deepEqual(state.writes, ["later", "twice"]);
	assert.equal(state.bindings.lr?.before, state.bindings.lr?.after);
	assert.deepEqual(state.findings, []);
});

suite("a value is stale when what it was made from has changed since", () => {
	test("by a later cell", async () => {
		const state = await stateAfter(
			"let lr = 0.1",
			"const optimizer = { lr }",
			"lr = 0.2",
			guarded("optimizer.lr"),
		);
		const text =
			"optimizer of In [2] was made before In [3] changed lr: run that cell again";
		assert.deepEqual(found(state, "stale"), [text]);
		assert.ok(state.shown.includes(text), state.shown);
		assert.equal(state.shown.split(text).length, 2, "it is said once");
	});

	test("through a function", async () => {
		const state = await stateAfter(
			"let lr = 0.1; function make() { return { lr } }",
			"const optimizer = make()",
			"lr = 0.2",
			guarded("optimizer.lr"),
		);
		assert.equal(found(state, "stale").length, 1);
	});

	test("in a function that the cell hands on", async () => {
		const state = await stateAfter(
			"let base = 1;",
			"let rate = base + 1;",
			"base = 5;",
			guarded("[1, 2].map((one) => one * rate)"),
		);
		assert.equal(found(state, "stale").length, 1);
	});

	test("but not when it was given the same value again, or was made anew", async () => {
		for (const cells of [
			["let lr = 0.1", "const optimizer = { lr }", "lr = 0.1"],
			[
				"let lr = 0.1",
				"let o = { lr }",
				"lr = 0.2",
				"o = { lr }",
				"let optimizer = o",
			],
		])
			assert.deepEqual(
				found(await stateAfter(...cells, guarded("optimizer.lr")), "stale"),
				[],
			);
	});
});

suite("cells are out of order", () => {
	test("when one reads what a cell below it has left", async () => {
		const state = await stateAfter(
			{ cellId: "1", code: "let scale = 1" },
			{ cellId: "2", code: "let size = scale * 2" },
			{ cellId: "1", code: "let scale = size + 1" },
			{ cellId: "3", code: guarded("scale") },
		);
		assert.deepEqual(found(state, "out of order"), [
			"In [3] reads the size of In [2], which ran first after it: from top to bottom it reads another one",
		]);
	});

	test("when one went on with its own result", async () => {
		const state = await stateAfter(
			{ cellId: "1", code: "let n = 1" },
			{ cellId: "2", code: "n = n + 1" },
			{ cellId: "2", code: "n = n + 1" },
			{ cellId: "3", code: guarded("n") },
		);
		assert.deepEqual(found(state, "out of order"), [
			"In [3] went on with the n that the same cell had left as In [2]: run once, it gives another one",
		]);
	});

	test("but not when they ran from top to bottom, twice", async () => {
		const cells = [
			{ cellId: "1", code: "let n = 1" },
			{ cellId: "2", code: "let m = n + 1" },
			{ cellId: "3", code: guarded("m") },
		];
		assert.deepEqual((await stateAfter(...cells, ...cells)).findings, []);
	});
});

suite("a name is deleted but still alive", () => {
	test("when its cell was deleted", async () => {
		const state = await stateAfter(
			{ cellId: "1", code: "const gone = 1" },
			{ cellId: "2", code: guarded("gone"), deletedCells: ["1"] },
		);
		assert.deepEqual(found(state, "deleted"), [
			"gone is still alive, but its cell (In [1]) was deleted",
		]);
	});

	test("when its cell was edited and no longer makes it", async () => {
		const state = await stateAfter(
			{ cellId: "1", code: "const gone = 1" },
			{ cellId: "1", code: "const here = 2" },
			{ cellId: "2", code: guarded("gone + here") },
		);
		assert.deepEqual(found(state, "deleted"), [
			"gone is still alive from In [1], but that cell was edited (In [2]) and no longer makes it",
		]);
	});
});

suite("a value is mutated behind a cell's back", () => {
	const mutations: Readonly<Record<string, readonly [string, string]>> = {
		"through an alias": [
			"const value = { deep: { x: 1 } }; const alias = value.deep;",
			"alias.x = 2",
		],
		"in an array": ["const value = [1, 2, 3]", "value.push(4)"],
		"in a long array of numbers": [
			"const value = Array.from({ length: 5000 }, (_, i) => i)",
			"value[4999] = 0",
		],
		"in a typed array": ["const value = new Float32Array(9)", "value[8] = 1"],
		"in a Map": [
			'const value = new Map([["a", [1]]])',
			'value.get("a").push(2)',
		],
		"in a Set": ["const value = new Set([1])", "value.add(2)"],
		"in an instance": [
			"class Box { n = 1; grow() { this.n++ } }; const value = new Box()",
			"value.grow()",
		],
		"in a cycle": [
			"const value: any = { n: 1 }; value.self = value",
			"value.self.n = 2",
		],
		"in a tensor's variable": [
			'import * as tf from "@tensorflow/tfjs"; const value = tf.variable(tf.tensor1d([1, 2]))',
			"value.assign(tf.tensor1d([1, 3]))",
		],
		"in a model": [
			'import * as tf from "@tensorflow/tfjs"; const value = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 1 })] })',
			"value.setWeights([tf.tensor2d([[5]]), tf.tensor1d([5])])",
		],
		"by being disposed of": [
			'import * as tf from "@tensorflow/tfjs"; const value = tf.tensor1d([1, 2])',
			"value.dispose()",
		],
	};
	const notebook = openNotebook();
	for (const [how, [made, changed]] of Object.entries(mutations))
		test(`${how}, by the guarded cell itself`, async () => {
			const state = await execute(await notebook, [made, guarded(changed)]);
			assert.match(
				found(state, "mutated").join("\n"),
				/^value of In \[\d+\] was changed in place by this cell, which does not assign it: run again, it starts from what it left$/m,
			);
		});

	test("by a cell between two runs", async () => {
		const state = await stateAfter(
			"const data = [1, 2, 3]; let other = 1;",
			guarded("data.length"),
			"data.sort((a, b) => b - a); other = 2",
			guarded("data.length"),
		);
		assert.deepEqual(found(state, "mutated"), [
			"data of In [1] was changed in place since the last run, by In [3], which does not assign it",
		]);
	});

	test("but reading changes nothing", async () => {
		const state = await stateAfter(
			'import * as tf from "@tensorflow/tfjs"; const t = tf.tensor1d([1]); const m = new Map([[1, { a: [2] }]])',
			guarded("tf.add(t, 1).dataSync(); [...m.keys()]"),
		);
		assert.deepEqual(state.findings, []);
	});
});

test("what the time does not suffice for is said to be not checked", async () => {
	const state = await stateAfter(
		"const big = Array.from({ length: 3_000_000 }, (_, i) => ({ i })); const small = 1; const hidden = new Proxy({}, {})",
		guarded("small"),
	);
	assert.ok(state.notChecked.includes("big"));
	assert.ok(state.notChecked.includes("hidden"));
});

test("a multirun says a finding once", async () => {
	const state = await stateAfter(
		"let lr = 0.1",
		"const made = { lr }",
		"lr = 0.3",
		"%dd multirun guarded -n 2\nmade.lr",
	);
	assert.equal(state.shown.split("was made before").length, 2);
	assert.equal(found(state, "stale").length, 1);
});
