import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BUILT_IN } from "./built-in-names.ts";
import { magics } from "./registry.ts";
import { printed } from "./test-magic.ts";
import {
	callMagic,
	learnMagics,
	type MagicDefinition,
	magic,
	watchUserMagics,
} from "./user.ts";

beforeEach(() => learnMagics([]));

test("the names of the built-in magics are all kept from the user's", () => {
	assert.deepEqual(
		[...BUILT_IN].sort(),
		[
			"dd",
			...magics()
				.filter(({ mark }) => mark !== "!")
				.map(({ name }) => name),
		].sort(),
	);
});

test("a magic gets its arguments by name and type, and its value is passed on", async () => {
	const seen: unknown[] = [];
	magic(
		"mix",
		{
			summary: "Mixes.",
			positionals: [
				{ name: "first", required: true, description: "The first." },
				{ name: "rest", multiple: true, description: "The others." },
			],
			options: [
				{
					name: "times",
					short: "t",
					type: "integer",
					description: "How often.",
				},
				{ name: "rate", type: "number", description: "How fast." },
				{ name: "dry-run", type: "flag", description: "Do nothing." },
				{
					name: "how",
					type: "text",
					choices: ["slow", "fast"],
					multiple: true,
					description: "The way.",
				},
			],
		},
		({ first, rest, times, rate, "dry-run": dry, how }, { print }) => {
			// The types are those of the definition.
			const typed: [
				string,
				string[],
				number | undefined,
				number | undefined,
				boolean,
				("slow" | "fast")[],
			] = [first, rest, times, rate, dry, how];
			seen.push(typed);
			print(first.toUpperCase());
			return rest.length;
		},
	);
	assert.equal(
		await printed("mix a b 'c d' -t 3 --rate 1e-2 --dry-run --how fast", "%"),
		"A",
	);
	assert.equal(await callMagic("mix only"), 0);
	assert.deepEqual(seen, [
		["a", ["b", "c d"], 3, 0.01, true, ["fast"]],
		["only", [], undefined, undefined, false, []],
	]);
	const usage =
		"\nUsage: %mix first [rest]… [-t INTEGER] [--rate NUMBER] [--dry-run] [--how slow|fast]…";
	const wrong: [string, string][] = [
		["mix", "%mix: first is missing: The first."],
		["mix a -t 1.5", '%mix: --times takes a whole number, not "1.5"'],
		["mix a --rate fast", '%mix: --rate takes a number, not "fast"'],
		["mix a --how fats", '%mix: --how cannot be "fats"; did you mean "fast"?'],
		[
			"mix a --tmies 1",
			'%mix: there is no option --tmies; did you mean "--times"?',
		],
	];
	for (const [line, message] of wrong) {
		const error = { name: "UsageError", message: message + usage };
		await assert.rejects(printed(line, "%"), error);
		await assert.rejects(callMagic(line), error);
	}
	await assert.rejects(printed("mxi", "%"), {
		message: 'there is no magic "%mxi"; did you mean "%mix"?',
	});
	await assert.rejects(printed("mix a"), {
		message: 'there is no magic "%dd mix"; did you mean "%mix"?',
	});
});

test("a magic has a help page and stands in the list of all", async () => {
	magic("plain", { summary: "Is plain." }, () => undefined);
	assert.equal(
		await printed("plain --help", "%"),
		"Is plain.\n\nUsage: %plain\n\n  --help  Show this page.",
	);
	assert.match(await printed("help", "%"), /^%plain +Is plain\.$/m);
	magic(
		"held",
		{ summary: "Holds.", wraps: "text", examples: ["%%held"] },
		() => 1,
	);
	assert.match(
		await printed("help held", "%"),
		/Usage: %%held\n[\s\S]*Examples:\n {2}%%held$/,
	);
	await assert.rejects(printed("held", "%"), {
		message:
			"%%held takes the rest of the cell: write %%held on its first line",
	});
});

test("defined again, a magic is replaced; who listens is told all definitions", async () => {
	const told: (readonly MagicDefinition[])[] = [];
	watchUserMagics((definitions) => told.push(definitions));
	magic("one", { summary: "First." }, () => 1);
	magic("one", { summary: "Second." }, () => 2);
	watchUserMagics(undefined);
	assert.equal(await callMagic("one"), 2);
	assert.deepEqual(
		told.map((all) => all.map(({ name, summary }) => `${name}: ${summary}`)),
		[["one: First."], ["one: Second."]],
	);
	assert.deepEqual(JSON.parse(JSON.stringify(told[1])), told[1]);
});

test("in a script a wrapping magic gets a function or a text", async () => {
	const seen: unknown[] = [];
	magic("code", { summary: "c", wraps: "code" }, async (_args, { execute }) => {
		seen.push(await execute(), await execute());
	});
	magic("text", { summary: "t", wraps: "text" }, (_args, { text }) =>
		seen.push(text),
	);
	let count = 0;
	await callMagic("code", () => ++count);
	await callMagic("text", "a\nb");
	assert.deepEqual(seen, [1, 2, "a\nb"]);
	await assert.rejects(callMagic("nothing here"), {
		name: "UsageError",
		message:
			'there is no magic "%nothing"; call dd.magic("nothing", …) first, or import the package that does',
	});
});

const option = { type: "text", description: "d" } as const;
const refused: [string, string, object, string][] = [
	[
		"a built-in name",
		"seed",
		{ summary: "s" },
		'dd.magic("seed", …): there is a built-in magic of this name; choose another one',
	],
	[
		"the name dd",
		"dd",
		{ summary: "s" },
		'dd.magic("dd", …): there is a built-in magic of this name; choose another one',
	],
	[
		"a name of two words",
		"a b",
		{ summary: "s" },
		'dd.magic("a b", …): a name is a letter, then letters, digits, _ and -',
	],
	[
		"no summary",
		"a",
		{},
		'dd.magic("a", …): summary is missing: one line for %help',
	],
	[
		"two arguments of one name",
		"a",
		{
			summary: "s",
			positionals: [{ name: "x", description: "d" }],
			options: [{ ...option, name: "x" }],
		},
		'dd.magic("a", …): "x" names two arguments',
	],
	[
		"an option help",
		"a",
		{ summary: "s", options: [{ ...option, name: "help" }] },
		'dd.magic("a", …): "help" cannot name an option',
	],
	[
		"an option -h",
		"a",
		{ summary: "s", options: [{ ...option, name: "x", short: "h" }] },
		'dd.magic("a", …): "h" cannot stand for --x: one letter, not h',
	],
	[
		"several words before the last",
		"a",
		{
			summary: "s",
			positionals: [
				{ name: "x", description: "d", multiple: true },
				{ name: "y", description: "d" },
			],
		},
		'dd.magic("a", …): only the last positional can come several times, not x',
	],
	[
		"a required word after one that is not",
		"a",
		{
			summary: "s",
			positionals: [
				{ name: "x", description: "d" },
				{ name: "y", description: "d", required: true },
			],
		},
		'dd.magic("a", …): y is required, so x before it must be',
	],
	...(
		[
			[
				"an option without a type",
				{ options: [{ name: "x", description: "d" }] },
				"--x needs a type, flag, text, integer, number, not undefined",
			],
			[
				"an option of a type that does not exist",
				{ options: [{ ...option, name: "x", type: "int" }] },
				'--x needs a type, flag, text, integer, number, not "int"',
			],
			[
				"a bound that is no number",
				{ options: [{ ...option, name: "x", type: "integer", least: "1" }] },
				'--x needs a number as least, not "1"',
			],
			[
				"choices that are no list",
				{ options: [{ ...option, name: "x", choices: "abc" }] },
				'the choices of "x" are a list of texts',
			],
			[
				"a word without a name",
				{ positionals: [{ description: "d" }] },
				"every argument is an object with a name",
			],
			[
				"one example that stands in no list",
				{ examples: "%a" },
				'examples is a list, not "%a"',
			],
		] as const
	).map(([what, given, message]): [string, string, object, string] => [
		what,
		"a",
		{ summary: "s", ...given },
		`dd.magic("a", …): ${message}`,
	]),
	[
		"another kind of rest",
		"a",
		{ summary: "s", wraps: "cell" },
		'dd.magic("a", …): wraps is "code" or "text"',
	],
];

for (const [what, name, options, message] of refused)
	test(`a definition with ${what} is refused`, () => {
		assert.throws(
			() => magic(name, options as { summary: string }, () => undefined),
			{ name: "UsageError", message },
		);
	});

test("a definition that is no object is refused", () => {
	for (const given of [undefined, null, "summary"])
		assert.throws(
			() => Reflect.apply(magic, undefined, ["a", given, () => undefined]),
			{
				name: "UsageError",
				message: `dd.magic("a", …): its second argument is an object, for example { summary: "…" }, not ${JSON.stringify(given)}`,
			},
		);
});

test("a definition without a function is refused", () => {
	assert.throws(
		() => magic("a", { summary: "s" }, undefined as unknown as () => void),
		{
			message:
				'dd.magic("a", …) needs a function as its third argument: what the magic does',
		},
	);
});
