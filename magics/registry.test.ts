import assert from "node:assert/strict";
import { test } from "node:test";
import { type MagicMark, parseCell } from "../cell/cell.ts";
import { builtInSyntax } from "../cell/magic-syntax.ts";
import { defineTask } from "../training/tasks/define.ts";
import { shownName } from "./arguments/argument.ts";
import { usage } from "./arguments/usage.ts";
import { splitWords } from "./arguments/words.ts";
import { findMagic, magics, parseMagic, spelledMagic } from "./registry.ts";
import { printed } from "./test-magic.ts";

const words: [string, string[]][] = [
	["run  spiral\tlr=0.1 ", ["run", "spiral", "lr=0.1"]],
	["verify-data 'my data'", ["verify-data", "my data"]],
	['run a="b c" \'d=e f\' "it\'s"', ["run", 'a="b c"', "d=e f", "it's"]],
	['run ""', ["run", ""]],
	["", []],
];

for (const [line, expected] of words)
	test(`the words of "${line}" are ${JSON.stringify(expected)}`, () => {
		assert.deepEqual(splitWords(line), expected);
	});

test("a magic's arguments are what its definition says", () => {
	const { args } = parseMagic(
		"multirun m -n 3 a=1,2 --data d1 --data='d 2' -p a=3 --param=b=4;",
	);
	assert.notEqual(args, "help");
	if (args === "help") return;
	assert.deepEqual([...args.assignments], [["a", "1,2"]]);
	assert.deepEqual(args.values, {
		name: "m",
		n: 3,
		data: ["d1", "d 2"],
		param: [
			{ key: "a", value: "3" },
			{ key: "b", value: "4" },
		],
		"on-leak": undefined,
		"freeze-time": undefined,
		"strict-math": false,
		"no-images": false,
		resume: false,
		git: undefined,
		baseline: undefined,
		code: undefined,
		config: undefined,
		fail: undefined,
		jobs: undefined,
		vary: undefined,
	});
	assert.deepEqual(parseMagic("seed -5").args, {
		values: { seed: "-5", "strict-math": false },
		assignments: new Map(),
	});
});

test("the table that cells are read by has every built-in magic as it is", () => {
	assert.deepEqual(
		[...builtInSyntax].sort(),
		magics()
			.map(({ name, mark = "%dd", wraps, line = "arguments" }) => [
				name,
				{ mark, wraps, line },
			])
			.sort(),
	);
});

test("%help lists every magic, as it is written, with its summary", async () => {
	const page = await printed("help");
	for (const magic of magics()) {
		const line = page
			.split("\n")
			.find((one) =>
				one.startsWith(magic.mark === "!" ? "!" : `${spelledMagic(magic)} `),
			);
		assert.ok(line?.endsWith(` ${magic.summary}`), spelledMagic(magic));
	}
	assert.match(page, /^!COMMAND +Runs a command in the shell\.$/m);
	assert.match(page, /^%%writefile {2,}\S/m);
	assert.equal(await printed("--help"), page);
	assert.equal(await printed("help", "%"), page);
});

test("a help page shows usage, arguments and examples", async () => {
	assert.equal(
		await printed("writefile --help", "%%"),
		`Writes the rest of the cell into a file, as it stands.

Usage: %%writefile FILE [-a]

  FILE          The file.
  -a, --append  Append to the file instead of replacing it.
  --help        Show this page.

Examples:
  %%writefile helper.ts
  %%writefile -a notes.txt`,
	);
	assert.match(
		await printed("multirun --help"),
		/^Usage: %dd multirun \[NAME\] \[KEY=VALUE …\] \[-n INTEGER\] \[--vary STREAMS\] \[-p KEY=VALUE\]… \[--data DIR\]…/m,
	);
});

test("the page of a task says what each parameter may be", async () => {
	defineTask({
		name: "bounded",
		summary: "Has bounds.",
		params: {
			share: { default: 0.5, below: 1 },
			steps: { type: "integer", default: 2, least: 1, description: "how many" },
			layers: { default: [32, 64], description: "units of each" },
		},
		run() {},
	});
	assert.equal(
		await printed("run task=bounded --help"),
		`Has bounds.

Usage: %dd run task=bounded [KEY=VALUE …]

Parameters and their defaults:
  share=0.5       a number below 1
  steps=2         how many (a whole number of at least 1)
  layers=[32,64]  units of each (a list, each a number)`,
	);
});

for (const magic of magics())
	test(`${spelledMagic(magic)} --help names every argument, and its examples are read`, async () => {
		const { name, mark = "%dd" } = magic;
		const page = await printed(`help ${name}`, "%");
		const line = mark === "!" ? "--help" : `${name} --help`;
		assert.equal(await printed(line, mark), page);
		for (const { name: option } of magic.options)
			assert.ok(page.includes(`--${option}`));
		for (const positional of magic.positionals)
			assert.ok(page.includes(shownName(positional)));
		assert.ok(magic.examples.length > 0);
		for (const example of magic.examples) {
			assert.ok(page.includes(example));
			const [line] = parseCell(example).magics;
			assert.ok(line);
			assert.equal(parseMagic(line.text, line.mark).magic, magic);
		}
	});

const USAGE = {
	run: `Usage: ${usage(findMagic("run"), "%dd")}`,
	multirun: `Usage: ${usage(findMagic("multirun"), "%dd")}`,
	seed: `Usage: ${usage(findMagic("seed"), "%dd")}`,
	verify: `Usage: ${usage(findMagic("verify-data"), "%dd")}`,
};
const ALL = magics().map(spelledMagic).join(", ");
const OF_DD = magics("%dd").map(spelledMagic).join(", ");

const refused: [string, string][] = [
	["", `%dd needs the name of a magic: ${OF_DD}`],
	["sead 4", 'there is no magic "%dd sead"; did you mean "%dd seed"?'],
	["train", `there is no magic "%dd train"; there is: ${ALL}`],
	["help rum", 'there is no magic "%dd rum"; did you mean "%dd run"?'],
	["seed 1 2", `%dd seed: "2" is one word too many\n${USAGE.seed}`],
	[
		"seed --strict-math",
		"%dd seed --strict-math needs the seed that it goes with, for example %dd seed 42 --strict-math",
	],
	["seed 'a", "a quote (') is not closed in: 'a"],
	[
		"verify-data d --depp",
		`%dd verify-data: there is no option --depp; did you mean "--deep"?\n${USAGE.verify}`,
	],
	[
		"verify-data d --deep=1",
		`%dd verify-data: --deep takes no value\n${USAGE.verify}`,
	],
	[
		"run a --git all",
		`%dd run: --git cannot be "all"; there is: require, snapshot, ignore\n${USAGE.run}`,
	],
	[
		"verify-data d --deep --quick",
		"verify-data: --quick and --deep exclude each other; choose one",
	],
	[
		"run lr=0.1 0.2",
		`%dd run: "0.2" stands after lr=0.1; a parameter takes one value, without spaces or in quotes, several are separated by commas in a multirun, and the run's name comes first\n${USAGE.run}`,
	],
	[
		"run set=two moons",
		`%dd run: "moons" stands after set=two; a parameter takes one value, without spaces or in quotes, several are separated by commas in a multirun, and the run's name comes first\n${USAGE.run}`,
	],
	["run =1", `%dd run: "=1" has no name before its equals sign\n${USAGE.run}`],
	[
		"run lr= 0.1",
		`%dd run: lr= has no value; write lr=0.1, without spaces\n${USAGE.run}`,
	],
	[
		"run lr =0.1",
		`%dd run: write lr=0.1, without spaces around the equals sign\n${USAGE.run}`,
	],
	[
		"run lr = 0.1",
		`%dd run: write lr=VALUE, without spaces around the equals sign\n${USAGE.run}`,
	],
	["run lr:0.1", `%dd run: write lr=0.1, with an equals sign\n${USAGE.run}`],
	["run lr:=0.1", `%dd run: write lr=0.1, with an equals sign\n${USAGE.run}`],
	[
		"run --lr 0.1",
		`%dd run: there is no option --lr (a parameter is written lr=0.1); there is: --param, --data, --on-leak, --freeze-time, --strict-math, --no-images, --resume, --git\n${USAGE.run}`,
	],
	[
		"run learning-rate=0.1",
		`%dd run: "learning-rate" cannot name a parameter; use letters, digits and "_", a letter first\n${USAGE.run}`,
	],
	[
		"run l\u200br=0.1",
		`%dd run: "l\\u{200b}r" cannot name a parameter; use letters, digits and "_", a letter first\n${USAGE.run}`,
	],
	["run größe=1 gro\u0308ße=2", `%dd run: größe is given twice\n${USAGE.run}`],
	[
		"run x==1",
		'x==1 is no value of a parameter: one equals sign is enough: x=1; if it is a text, write x="=1" (in a shell \'x="=1"\')',
	],
	[
		"multirun lr=rnage(1, 4)",
		'lr=rnage(1, 4) lists no values of a parameter: there is no function "rnage"; did you mean "range"?; quotes around it make it a text\n  lr=rnage(1, 4)\n     ^',
	],
	[
		"multirun lr=[1,2 epochs=3",
		'lr=[1,2 lists no values of a parameter: its bracket, "[", is never closed; quotes around it make it a text\n  lr=[1,2\n     ^',
	],
	[
		"multirun lr=interval(0,1)",
		"lr=interval(0,1) lists no values of a parameter: an interval is for a search, which chooses from it; a multirun runs every value: write range(start,stop,step) or choice(a,b); quotes around it make it a text\n  lr=interval(0,1)\n     ^",
	],
	[
		"multirun optim=1 optim.lr=2",
		"optim is a parameter, so optim.lr cannot be one as well; rename one",
	],
	[
		"run a b",
		'%dd run: "b" is one word too many; parameters are written KEY=VALUE\n' +
			USAGE.run,
	],
	["run lr=1 lr=2", `%dd run: lr is given twice\n${USAGE.run}`],
	["run lr=", `%dd run: lr= has no value\n${USAGE.run}`],
	["run -p lr", `%dd run: --param takes KEY=VALUE, not "lr"\n${USAGE.run}`],
	["run --data", `%dd run: --data needs a value (DIR)\n${USAGE.run}`],
	[
		"run class=1",
		'"class" cannot name a parameter: the language or the library has that word; choose another name',
	],
	[
		"run dd=1",
		'"dd" cannot name a parameter: the language or the library has that word; choose another name',
	],
	[
		"multirun -n many",
		`%dd multirun: --n takes a whole number, not "many"\n${USAGE.multirun}`,
	],
	["multirun -n 1 -n 2", `%dd multirun: --n is given twice\n${USAGE.multirun}`],
	[
		"run",
		"%dd run needs code below it, or task=NAME (for example task=points)",
	],
	[
		"multirun a=1",
		"%dd multirun needs code below it, or task=NAME (for example task=points)",
	],
	[
		"export",
		"%dd export: FILE.ts is missing: The script; FILE.sh beside it runs it from a clone.\nUsage: %dd export FILE.ts [--run NAME|ID] [--batch]",
	],
	[
		"export a.js",
		'"a.js" does not end in .ts; name the script, for example replay.ts',
	],
];

const refusedMarks: [string, MagicMark, string][] = [
	[
		"bash",
		"%%",
		'there is no magic "%%bash"; lines that begin with ! run in the shell, as in !command',
	],
	[
		"matplotlib inline",
		"%",
		'there is no magic "%matplotlib"; pictures are shown by display(value) and need no set-up: leave the line out',
	],
	["hlep", "%", 'there is no magic "%hlep"; did you mean "%help"?'],
	["seed 4", "%", 'there is no magic "%seed"; did you mean "%dd seed"?'],
	["sed 4", "%", 'there is no magic "%sed"; did you mean "%dd seed"?'],
	["help", "%%", "%help does not take the rest of the cell: write %help"],
];

for (const [text, mark, message] of refusedMarks)
	test(`"${mark}${text}" is refused with what to write`, async () => {
		await assert.rejects(printed(text, mark), { name: "UsageError", message });
	});

for (const [text, message] of refused)
	test(`"%dd ${text}" is refused with what to do`, async () => {
		await assert.rejects(printed(text), { name: "UsageError", message });
	});
