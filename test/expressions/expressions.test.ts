import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { attackText, judge } from "./attacks.ts";
import { builtFrom, expressionsIn, type Found, productFiles } from "./found.ts";
import { Matcher } from "./matcher.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Names in built expressions that no constant of the file has: one value for each. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
	"experiment/secrets/redact.ts": {
		pattern: () => "found",
		found: "found",
		more: "",
	},
	"kernel/engine/modules/exported-types.ts": { escaped: "Name" },
	"cell/text/python.ts": { start: String.raw`for\s+\w+\s+in\s` },
	"kernel/language/cell-files.ts": { name: "name" },
	"kernel/server/glob.ts": { isNot: true, inside: "a-z" },
	"training/backend/wasm-kernels/texts.ts": {
		pattern: "of the user's",
		replaceGlobal: true,
	},
};

/** Expressions whose work may grow faster than their text, since that is short, or is nobody's but ours. */
interface Exception {
	readonly file: string;
	/** The beginning of the expression; without it, all of the file. */
	readonly begins?: string;
	/** The longest text; absent where nobody but this package makes it. */
	readonly most?: number;
	readonly reason: string;
}

const EXCEPTIONS: readonly Exception[] = [
	{
		file: "experiment/data/describe.ts",
		begins: String.raw`\B(?=`,
		most: 25,
		reason: "the text is a number's",
	},
	{
		file: "experiment/secrets/named-secrets.ts",
		begins: "(^|_)(token|",
		most: 400,
		reason: "names are cut at 200 characters",
	},
	{
		file: "experiment/secrets/secret-names.ts",
		begins: String.raw`^(?:\.env`,
		most: 255,
		reason: "no file system has longer names, and they are cut",
	},
	{
		file: "kernel/owner/live-completion.ts",
		begins: String.raw`(?<![\p{ID_Continue}$.)\]`,
		most: 500,
		reason: "it looks at the end of the code only",
	},
	{
		file: "cell/compile/powers.ts",
		begins: String.raw`(?:\/\*[\s\S]*?\*\/|`,
		reason:
			"it matches once, between an operand and its operator in code that parses",
	},
	...[
		String.raw`\blambda`,
		String.raw`(?:^|\s)for`,
		String.raw`^(?!.*\belse`,
		String.raw`[\w\])]\[`,
		String.raw`:\s*(?:#.*)?$`,
	].map((begins) => ({
		file: "cell/text/python.ts",
		begins,
		most: 300,
		reason: "longer lines are not looked into",
	})),
	{
		file: "kernel/language/compiler/globals.ts",
		begins: "^declare namespace WebAssembly",
		reason: "the text is TypeScript's own library",
	},
];

/** A text of the most characters takes no more: a fraction of a second. */
const MOST_STEPS = 100_000_000;

const found: Found[] = [];
const unknown: string[] = [];
for (const file of productFiles(root)) {
	const { found: literals, built } = expressionsIn(root, file);
	found.push(...literals);
	for (const one of built)
		try {
			found.push(builtFrom(one, GIVEN[file] ?? {}));
		} catch (error) {
			unknown.push(
				`${one.place}: ${one.code.replaceAll(/\s+/g, " ")} (${String(error)})`,
			);
		}
}
const distinct = [
	...new Map(found.map((one) => [`/${one.source}/${one.flags}`, one])).values(),
];

test("all regular expressions of the product are found, those that are built too", () => {
	assert.deepEqual(
		unknown,
		[],
		"give their names values, in GIVEN of this test",
	);
	assert.ok(distinct.length > 400, `only ${distinct.length} were found`);
});

const exceptionFor = ({ place, source }: Found) =>
	EXCEPTIONS.find(
		({ file, begins = "" }) =>
			place.startsWith(`${file}:`) && source.startsWith(begins),
	);

test("the work of every regular expression grows no faster than its text", async (context) => {
	const tried: {
		place: string;
		source: string;
		flags: string;
		texts: string[];
	}[] = [];
	const used = new Set<Exception>();
	const slow: string[] = [];
	for (const expression of distinct) {
		const { place, source, flags } = expression;
		const { superlinear, worst } = judge(expression);
		const exception = exceptionFor(expression);
		if (superlinear === undefined) {
			tried.push({
				place,
				source,
				flags,
				texts: worst.map((attack) => attackText(attack, 100_000)),
			});
			continue;
		}
		if (!exception) {
			slow.push(
				`${place}: /${source}/${flags} with ${JSON.stringify(superlinear)}`,
			);
			continue;
		}
		used.add(exception);
		if (exception.most === undefined) continue;
		const text = attackText(superlinear, exception.most).slice(
			0,
			exception.most,
		);
		assert.ok(
			new Matcher(source, flags).search(text, MOST_STEPS) < MOST_STEPS,
			`${place}: /${source}/${flags} takes too long for ${exception.most} characters`,
		);
	}
	assert.deepEqual(
		slow,
		[],
		"their work grows faster than their text; write them otherwise, such as with a lookbehind in front of what repeats, or bound the text",
	);
	assert.deepEqual(
		EXCEPTIONS.filter((exception) => !used.has(exception)),
		[],
		"these exceptions have no expression any more",
	);
	await context.test("and 100,000 characters stop none of them", () =>
		inTime(tried),
	);
});

/** Far longer than all of them take, on any machine: one that goes back far takes minutes. */
const KILLED_AFTER_SECONDS = 120;

/** Tries each in V8; an expression cannot be stopped but with its thread. */
async function inTime(
	tried: readonly {
		place: string;
		source: string;
		flags: string;
		texts: readonly string[];
	}[],
): Promise<void> {
	const worker = new Worker(
		`const { parentPort, workerData } = require("node:worker_threads");
		for (const { place, source, flags, texts } of workerData) {
			parentPort.postMessage(place + ": /" + source + "/" + flags);
			const expression = new RegExp(source, flags.replace(/[gy]/g, "") + "g");
			for (const text of texts) text.replace(expression, "");
		}
		parentPort.postMessage("");`,
		{ eval: true, workerData: tried },
	);
	let current = "the first";
	const timer = setTimeout(
		() => void worker.terminate(),
		KILLED_AFTER_SECONDS * 1000,
	);
	await new Promise<void>((resolve, reject) => {
		worker.on("message", (message: string) => {
			current = message;
		});
		worker.on("error", reject);
		worker.on("exit", () => resolve());
	});
	clearTimeout(timer);
	assert.equal(current, "", "it did not end with 100,000 characters");
}
