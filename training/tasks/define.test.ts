import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import {
	definitionNotes,
	watchDefinitions,
} from "../../experiment/definitions/registry.ts";
import { findRun } from "../../experiment/record/store/store.ts";
import { run } from "../run.ts";
import { defineTask } from "./define.ts";
import { findTask, taskNote } from "./find.ts";

process.env.DEEPDIVA_RUNS = join(temporaryFolder(), "runs");

const nothing = () => undefined;

const refused: readonly [what: string, definition: unknown, message: string][] =
	[
		[
			"is no object",
			3,
			'dd.defineTask takes one object, for example dd.defineTask({ name: "mine", summary: "…", … }), not 3',
		],
		[
			"has no name",
			{ summary: "s", run: nothing },
			"dd.defineTask: name is missing: what it is called by",
		],
		[
			"has a name of two words",
			{ name: "a b", summary: "s", run: nothing },
			'dd.defineTask("a b"): a name is a letter, then letters, digits, _ and -',
		],
		[
			"has the name of a built-in task",
			{ name: "points", summary: "s", run: nothing },
			'dd.defineTask("points"): there is a built-in task of this name; choose another one',
		],
		[
			"has no summary",
			{ name: "a", run: nothing },
			'dd.defineTask("a"): summary is missing: one line for %help',
		],
		[
			"has a summary of two lines",
			{ name: "a", summary: "s\nt", run: nothing },
			'dd.defineTask("a"): summary has several lines; %help shows one',
		],
		[
			"does nothing",
			{ name: "a", summary: "s" },
			'dd.defineTask("a"): run is missing: the function that a run of the task calls',
		],
		[
			"does what is no function",
			{ name: "a", summary: "s", run: "later" },
			'dd.defineTask("a"): run must be a function, not "later"',
		],
		[
			"checks its parameters with an empty text",
			{ name: "a", summary: "s", run: nothing, problem: "" },
			'dd.defineTask("a"): problem must be a function, not ""',
		],
		[
			"has a field that definitions do not have",
			{ name: "a", sumary: "s", run: nothing },
			'dd.defineTask("a"): a definition has no "sumary"; did you mean "summary"?',
		],
		...(
			[
				[
					"without a default",
					{ lr: { description: "d" } },
					"parameter lr has no default: a number, a text, true or false",
				],
				[
					"whose default is null",
					{ lr: null },
					"parameter lr is null; a default is a number, a text, true or false, or a list of such",
				],
				[
					"whose default is an empty list",
					{ lr: [] },
					"parameter lr is a list without a number, a text, true or false in it; a default is a number, a text, true or false, or a list of such",
				],
				[
					"whose default is a list of lists",
					{ lr: [[1]] },
					"parameter lr is a list without a number, a text, true or false in it; a default is a number, a text, true or false, or a list of such",
				],
				[
					"whose default is a list of several types",
					{ lr: [1, "a"] },
					"parameter lr is a list with values of several types",
				],
				[
					"whose default is NaN",
					{ lr: Number.NaN },
					"parameter lr is NaN; a default is a number, a text, true or false, or a list of such",
				],
				[
					"below its own range",
					{ lr: { default: 0, above: 0 } },
					"parameter lr cannot have the default 0; give a number above 0",
				],
				[
					"above its own range",
					{ share: { default: 1, least: 0, below: 1 } },
					"parameter share cannot have the default 1; give a number of at least 0, below 1",
				],
				[
					"with NaN as a bound",
					{ lr: { default: 1, least: Number.NaN } },
					"parameter lr needs a number as least, not NaN",
				],
				[
					"with a description of two lines",
					{ lr: { default: 1, description: "a\nb" } },
					'parameter lr needs a text of one line as its description, not "a\\nb"',
				],
				[
					"with a description that is no text",
					{ lr: { default: 1, description: 5 } },
					"parameter lr needs a text of one line as its description, not 5",
				],
				[
					"that is none of its choices",
					{ kind: { default: "c", choices: ["a", "b"] } },
					"parameter kind cannot have the default c; there is: a, b",
				],
				[
					"of a type that does not exist",
					{ lr: { default: 1, type: "float" } },
					'parameter lr cannot be of type "float"; there is: number, integer, text, path, boolean',
				],
				[
					"whose default is of another type",
					{ folder: { default: 1, type: "path" } },
					"parameter folder is 1, and a default of type path is a text",
				],
				[
					"with a range for a text",
					{ set: { default: "a", least: 1 } },
					'parameter set is "a", and least is for numbers',
				],
				[
					"with choices of another type",
					{ set: { default: "a", choices: [1] } },
					"parameter set needs, as its choices, a list of values of its default's type",
				],
				[
					"with an option that parameters do not have",
					{ lr: { default: 1, lest: 0 } },
					'parameter lr has no "lest"; did you mean "least"?',
				],
				[
					"named as the task",
					{ task: 1 },
					'"task" cannot name a parameter; task=NAME names the task',
				],
				[
					"whose name cannot be written",
					{ "a-b": 1 },
					'"a-b" cannot name a parameter; use letters, digits and "_", a letter first',
				],
			] as const
		).map(([what, params, message]): [string, unknown, string] => [
			`has a parameter ${what}`,
			{ name: "a", summary: "s", run: nothing, params },
			`dd.defineTask("a"): ${message}`,
		]),
	];

for (const [what, definition, message] of refused)
	test(`a task that ${what} is refused`, () => {
		assert.throws(() => Reflect.apply(defineTask, undefined, [definition]), {
			name: "UsageError",
			message,
		});
	});

test("a defined task runs with its parameters, typed and checked as those of built-in ones", async () => {
	defineTask({
		name: "decay",
		summary: "Decays.",
		params: {
			rate: { default: 0.5, above: 0, description: "how fast" },
			steps: { type: "integer", default: 2, least: 1 },
			kind: { default: "slow", choices: ["slow", "fast"] },
			folder: { type: "path", default: "data" },
			verbose: false,
		},
		problem: ({ steps, kind }) =>
			kind === "fast" && steps > 9 ? "fast takes at most 9 steps" : undefined,
		async run({ params, log, rng, artifact }) {
			// The types are those of the definition.
			const typed: [number, number, "slow" | "fast", string, boolean] = [
				params.rate,
				params.steps,
				params.kind,
				params.folder,
				params.verbose,
			];
			const next = rng("noise");
			for (let step = 1; step <= params.steps; step++)
				log({ value: params.rate ** step + 0 * next() }, { step });
			await artifact("typed", typed);
		},
	});
	const result = await run({ task: "decay", params: { steps: 3 } });
	assert.equal(result?.outcome.metrics.value, 0.125);
	const { record } = findRun(result?.run.directory ?? "");
	assert.deepEqual(record.paths, ["folder"]);
	assert.equal(record.task, "decay");
	const messages: [params: object, message: string][] = [
		[{ rate: 0 }, "task decay: rate=0 is not available; give a number above 0"],
		[
			{ steps: 1.5 },
			"task decay: steps=1.5 is not available; give a whole number",
		],
		[
			{ kind: "fsat" },
			'task decay: kind=fsat is not available; did you mean "fast"?',
		],
		[{ rat: 1 }, 'task decay has no parameter "rat"; did you mean "rate"?'],
		[{ kind: "fast", steps: 10 }, "task decay: fast takes at most 9 steps"],
	];
	for (const [params, message] of messages)
		await assert.rejects(
			async () => Reflect.apply(run, undefined, [{ task: "decay", params }]),
			{ name: "UsageError", message },
		);
	await assert.rejects(run({ task: "decya" }), {
		message: 'there is no task "decya"; did you mean "decay"?',
	});
});

test("a parameter may have an upper bound that it never reaches", async () => {
	const params = { share: { default: 0.5, least: 0, below: 1 } };
	defineTask({ name: "part", summary: "Takes a part.", params, run() {} });
	await assert.rejects(run({ task: "part", params: { share: 1 } }), {
		message:
			"task part: share=1 is not available; give a number of at least 0, below 1",
	});
});

test("a default of -0 is the 0 that its record has", async () => {
	let given: number | undefined;
	defineTask({
		name: "zero",
		summary: "Counts.",
		params: { from: -0 },
		run({ params: { from } }) {
			given = from;
		},
	});
	await run({ task: "zero" });
	assert.ok(Object.is(given, 0));
});

test("what says no problem refuses no values, and what is no text is told", async () => {
	const define = (problem: () => unknown) =>
		Reflect.apply(defineTask, undefined, [
			{ name: "picky", summary: "s", problem, run() {} },
		]);
	for (const nothing of [undefined, null, false, ""]) {
		define(() => nothing);
		assert.equal((await run({ task: "picky" }))?.outcome.status, "finished");
	}
	define(() => ["too", "large"]);
	await assert.rejects(run({ task: "picky" }), {
		name: "UsageError",
		message:
			'dd.defineTask("picky"): problem must return a text that says what is wrong, or undefined, not a list',
	});
});

test("a record says which file defined the task that it is of", async () => {
	defineTask({
		name: "told",
		summary: "s",
		run: ({ log }) => log({ x: 1 }),
	});
	const result = await run({ task: "told" });
	const { definitions } = findRun(result?.run.directory ?? "").record;
	assert.deepEqual(
		definitions
			?.filter(({ name }) => name === "told")
			.map(({ kind, by }) => [kind, by.kind, by.kind === "file" && by.path]),
		[["task", "file", "training/tasks/define.test.ts"]],
	);
});

test("defined again, a task is replaced, and who listens is told all definitions as data", () => {
	const told: unknown[] = [];
	watchDefinitions((notes) => told.push(structuredClone(notes)));
	defineTask({ name: "one", summary: "First.", run: nothing });
	defineTask({
		name: "one",
		summary: "Second.",
		params: { a: 1 },
		run: nothing,
	});
	watchDefinitions(undefined);
	assert.equal(findTask("one").summary, "Second.");
	assert.deepEqual(taskNote("one")?.fields.a?.default, 1);
	assert.equal(told.length, 2);
	assert.deepEqual(told[1], definitionNotes());
});

test("two packages cannot define one name, be they installed or linked", async () => {
	const folder = temporaryFolder();
	const define = (summary: string) =>
		`import { defineTask } from ${JSON.stringify(new URL("./define.ts", import.meta.url).href)};
		defineTask({ name: "both", summary: ${JSON.stringify(summary)}, run() {} });`;
	mkdirSync(join(folder, "linked"));
	writeFiles(folder, {
		"node_modules/first/package.json": '{"name":"first","version":"1.2.0"}',
		"node_modules/first/index.mjs": define("One."),
		"node_modules/second/package.json": '{"name":"second"}',
		"node_modules/second/index.mjs": define("Two."),
		"linked/package.json": '{"name":"@me/third","version":"3.0.0"}',
		"linked/index.mjs": define("Three."),
	});
	const load = (path: string) => import(pathToFileURL(join(folder, path)).href);
	await load("node_modules/first/index.mjs");
	for (const other of ["node_modules/second/index.mjs", "linked/index.mjs"])
		await assert.rejects(load(other), {
			name: "UsageError",
			message:
				'dd.defineTask("both"): the package first 1.2.0 defines a task of this name, too; import only one of the two packages, or ask for another name there',
		});
	assert.equal(findTask("both").summary, "One.");
	// A cell or script of the user's own may replace it.
	defineTask({ name: "both", summary: "Mine.", run: nothing });
	assert.equal(findTask("both").summary, "Mine.");
});
