import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { readMultirunConfig } from "./config-file.ts";

const folder = temporaryFolder();

function read(text: string) {
	writeFiles(folder, { "multirun.yaml": text });
	return readMultirunConfig(join(folder, "multirun.yaml"), "multirun.yaml");
}

test("a file says what a line would", () => {
	const text = `# of the paper
name: grid
task: points
n: 3
fail: fast
params:
  lr: [0.1, 1e-2]
  units: range(2, 5)
  set: xor
  shuffle: true
  layers: [[32, 64], [16]]
  texts: ["0.1", a b, 'it''s', no]
  typed: "[1,2],[3]"
  title: two words, more
  optim:
    name: sgd
    decay: 0.5
`;
	assert.deepEqual(read(text), {
		name: "grid",
		task: "points",
		n: 3,
		fail: "fast",
		params: {
			lr: "0.1,1e-2",
			units: "range(2, 5)",
			set: "xor",
			shuffle: "true",
			layers: "[32,64],[16]",
			texts: `"0.1","a b","it's",no`,
			typed: "[1,2],[3]",
			title: '"two words",more',
			"optim.name": "sgd",
			"optim.decay": "0.5",
		},
		digest: createHash("sha256").update(text).digest("hex"),
	});
	assert.equal(read("fail: end\n").fail, "continue");
});

for (const [text, vary] of [
	["vary: init", ["init"]],
	["vary: order, init", ["init", "order"]],
	["vary: [order, init]", ["init", "order"]],
	['vary: ["my noise", 3]', ["3", "my noise"]],
] as const)
	test(`${text} names the streams that alone differ between repeats`, () => {
		assert.deepEqual(read(text).vary, vary);
	});

const refused: readonly [string, RegExp][] = [
	["parms:\n  lr: 1\n", /there is no key "parms"; did you mean "params"\?/],
	[
		"vary: [init, init]\n",
		/^--config multirun\.yaml: vary names "init" twice; remove one$/,
	],
	["vary: init,,order\n", /vary: "" is no name of a random stream/],
	["vary: [[init]]\n", /vary is a list of random streams, for example/],
	["vary: {init: 1}\n", /vary: "" is no name of a random stream/],
	["lr: 0.1\n", /there is no key "lr"; .*parameters stand under params:/],
	["", /it has no keys; write for example/],
	["[1]", /it has no keys/],
	["a: 1\na: 2\n", /it is no YAML: /],
	["params:\n  lr: [0.1\n", /it is no YAML: /],
	["params: 3\n", /params has parameters by their names/],
	["params:\n  lr:\n", /lr has no value/],
	["params:\n  lr: ~\n", /lr has no value/],
	["params:\n  lr: []\n", /lr is an empty list/],
	["params:\n  lr: [{ a: 1 }]\n", /lr has a value that is neither/],
	["params:\n  lr: [[[1]]]\n", /lr has a value that is neither/],
	["params:\n  a: &x 1\n  b: *x\n", /b is an alias; write its value/],
	["params:\n  a: !!str 5\n", /a has a tag, tag:yaml\.org,2002:str; write/],
	["params:\n  a: [1, !mine 2]\n", /a has a tag, !mine; write/],
	["params: !!map\n  a: 1\n", /params has a tag/],
	["params:\n  a: |\n    b\n    c\n", /a has several lines/],
	["params:\n  lr: range(1,4\n", /its bracket, "\(", is never closed/],
	["n: many\n", /n is a whole number of at least 1, not many/],
	["n: 0\n", /n is a whole number of at least 1, not 0/],
	["fail: slow\n", /fail is "continue" or "fast", not "slow"/],
	["name: a b\n", /name is one word/],
];

for (const [text, message] of refused)
	test(`the file ${JSON.stringify(text)} is refused with what was meant`, () => {
		assert.throws(() => read(text), { name: "UsageError", message });
		assert.throws(() => read(text), { message: /^--config multirun\.yaml: / });
	});

test("a file that is not there is named as it was given", () => {
	assert.throws(() => readMultirunConfig(join(folder, "no.yaml"), "no.yaml"), {
		name: "UsageError",
		message:
			/^--config no\.yaml: the file cannot be read \(ENOENT\); give a path/,
	});
});
