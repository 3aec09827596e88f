import assert from "node:assert/strict";
import { test } from "node:test";
import {
	boolean,
	choice,
	choiceOrPath,
	count,
	expectation,
	integer,
	number,
	path,
	positive,
	text,
} from "./field.ts";
import { defaultsOf, isOf, type ParamsOf, parse, schema } from "./schema.ts";

const params = schema({
	set: choice(["spiral", "xor"], "spiral", "how the points lie"),
	epochs: count(60, "passes over the training examples"),
	lr: positive(0.01, "learning rate"),
	limit: count(0, "at most so many", 0),
	dropout: number(0.2, "dropped units", { least: 0, most: 1 }),
	shift: integer(-1, "steps to the left"),
	shuffle: boolean(true, "a new order in each epoch"),
	note: text("", "what to remember"),
	data: path("data/digits", "folder with images"),
	model: choiceOrPath(["MLP", "CNN"], "MLP", "network"),
});
type Params = ParamsOf<typeof params>;

const read = (given: Readonly<Record<string, unknown>>) =>
	parse(params, given, "task toy");

test("a schema gives every parameter its default, and the type that its field has", () => {
	const values: Params = read({ lr: 0.5 });
	// Each line is checked by the compiler, too.
	const set: "spiral" | "xor" = values.set;
	const numbers: number[] = [values.epochs, values.lr, values.limit];
	const shuffle: boolean = values.shuffle;
	const texts: string[] = [values.note, values.data];
	assert.deepEqual(
		[set, numbers, shuffle, texts],
		["spiral", [60, 0.5, 0], true, ["", "data/digits"]],
	);
	assert.deepEqual(values, { ...defaultsOf(params), lr: 0.5 });
	assert.deepEqual(Object.keys(values), Object.keys(params.fields));
});

test("a name or a path is one of the names, or anything that no name can be", () => {
	for (const model of [
		...["CNN", "models/mine", "./mine", "mine.json", "a.safetensors"],
		...["C:\\models\\mine", "/tmp/m"],
	]) {
		const values = read({ model });
		assert.equal(values.model, model);
		assert.ok(isOf(params, values));
	}
	assert.ok(!isOf(params, { ...read({}), model: "mine" }));
	assert.equal(expectation(params.fields.model), "one of MLP, CNN, or a path");
});

const refused: readonly [Readonly<Record<string, unknown>>, string][] = [
	[{ epoch: 1 }, 'task toy has no parameter "epoch"; did you mean "epochs"?'],
	[
		{ set: "sprial" },
		'task toy: set=sprial is not available; did you mean "spiral"?',
	],
	[
		{ set: "moon" },
		"task toy: set=moon is not available; there is: spiral, xor",
	],
	[
		{ model: "MPL" },
		'task toy: model=MPL is not available; did you mean "MLP"?',
	],
	[
		{ epochs: 0 },
		"task toy: epochs=0 is not available; give a whole number of at least 1",
	],
	[
		{ epochs: 1.5 },
		"task toy: epochs=1.5 is not available; give a whole number",
	],
	[
		{ epochs: 2 ** 53 },
		`task toy: epochs=${2 ** 53} is not available; give a whole number`,
	],
	[{ lr: 0 }, "task toy: lr=0 is not available; give a number above 0"],
	[{ lr: Infinity }, "task toy: lr=Infinity is not available; give a number"],
	[
		{ dropout: 1.1 },
		"task toy: dropout=1.1 is not available; give a number from 0 to 1",
	],
	[
		{ lr: "fast" },
		'parameter lr is a number (declared lr=0.01), and "fast" is not one',
	],
	[
		{ lr: true },
		'parameter lr is a number (declared lr=0.01), and "true" is not one',
	],
	[
		{ shuffle: 1 },
		'parameter shuffle is a boolean (declared shuffle=true), and "1" is not one',
	],
	[
		{ lr: NaN },
		"parameter lr is NaN, which is no value to compute with; a run could not be found by it again",
	],
	[
		{ data: null },
		"parameter data is null; a parameter is a number, a text, true or false",
	],
	[
		{ note: undefined },
		"parameter note is undefined; a parameter is a number, a text, true or false",
	],
	[
		{ lr: [0.1] },
		'parameter lr is a number (declared lr=0.01), and "[0.1]" is not one',
	],
	[{ constructor: 1 }, 'task toy has no parameter "constructor"'],
];

for (const [given, message] of refused)
	test(`a refusal says what to give instead: ${message}`, () => {
		assert.throws(
			() => read(given),
			(error: Error) => {
				assert.equal(error.name, "UsageError");
				assert.ok(error.message.startsWith(message), error.message);
				return true;
			},
		);
	});

test("a value is taken as it is: no number becomes a text on its way, no text loses its quotes", () => {
	for (const lr of [1e-300, 5e-324, 1e21, 0.1 + 0.2])
		assert.equal(read({ lr }).lr, lr);
	assert.ok(Object.is(read({ limit: -0 }).limit, 0), "a record has no -0");
	assert.equal(read({ data: '"a b"' }).data, '"a b"');
	// A text field takes what a magic read as a number, since it looked like one.
	assert.equal(read({ note: 5 }).note, "5");
	// Scripts of earlier exports have numbers as they were typed.
	assert.equal(read({ lr: "1e-2" }).lr, 0.01);
});

test("a schema follows Standard Schema: other libraries check with it, and are told all problems at once", async () => {
	const { validate, version } = params["~standard"];
	assert.equal(version, 1);
	const good = await validate({ set: "xor" });
	assert.ok(!good.issues);
	assert.deepEqual(good.value, { ...defaultsOf(params), set: "xor" });
	const bad = await validate({ set: "x", lr: -1, epochs: 3 });
	assert.deepEqual(
		bad.issues?.map((issue) => issue.path),
		[["set"], ["lr"]],
	);
	assert.ok((await validate(7)).issues);
});

test("values are of a schema when each is there, with its type", () => {
	assert.ok(isOf(params, read({})));
	assert.ok(!isOf(params, {}));
	assert.ok(!isOf(params, { ...defaultsOf(params), set: "moons" }));
	assert.ok(!isOf(params, { ...defaultsOf(params), lr: "0.1" }));
});

test("a field says in words what it takes", () => {
	for (const [field, words] of [
		[params.fields.set, "one of spiral, xor"],
		[params.fields.epochs, "a whole number of at least 1"],
		[params.fields.lr, "a number above 0"],
		[params.fields.dropout, "a number from 0 to 1"],
		[number(1, "", { most: 9 }), "a number of at most 9"],
		[number(1, "", { above: 0, most: 9 }), "a number above 0, of at most 9"],
		[number(1, "", { least: 0, below: 1 }), "a number of at least 0, below 1"],
		[params.fields.shift, "a whole number"],
		[params.fields.shuffle, "true or false"],
		[params.fields.data, "a text"],
	] as const)
		assert.equal(expectation(field), words);
});

test("fields are data: a copy in another process says the same", () => {
	assert.deepEqual(structuredClone(params.fields), params.fields);
});
