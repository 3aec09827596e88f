import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mock, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
	print,
	printError,
	printJson,
	printVerdict,
	quoted,
	rows,
} from "./print.ts";

/** What a call prints, to stdout or stderr. */
function printed(work: () => void): string {
	const texts: string[] = [];
	const take = (text: string) => void texts.push(text);
	mock.method(console, "log", take);
	mock.method(console, "error", take);
	try {
		work();
	} finally {
		mock.restoreAll();
	}
	return texts.join("\n");
}

const HOSTILE = "a\nvalid\r\u001b[2K\u009b8m\u202ex";

test("no command prints but through the one place that makes text safe", () => {
	const folder = fileURLToPath(new URL(".", import.meta.url));
	// What a script of the user's displays, and its error, are the user's own.
	const own = ["print.ts", "reader.ts", join("commands", "run.ts")];
	const direct = readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((file) => /(?<!\.test|\.d)\.[jt]s$/.test(file))
		.filter((file) => !own.includes(file.replace(/js$/, "ts")))
		.filter((file) =>
			/\bconsole\.\w+\(|process\.std(out|err)\.write/.test(
				readFileSync(join(folder, file), "utf8"),
			),
		);
	assert.deepEqual(direct, []);
});

test("what is printed has no control characters, and lines of an error are set in", () => {
	const seen = "valid\\r\\u001b[2K\\u009b8m\\u202ex";
	assert.equal(
		printed(() => print(HOSTILE)),
		`a\n${seen}`,
	);
	assert.equal(
		printed(() => printError(HOSTILE)),
		`a\n  ${seen}`,
	);
	assert.equal(quoted(HOSTILE), `  a\n  ${seen}`);
	assert.equal(
		printed(() => printVerdict(HOSTILE, "good")),
		`a\n${seen}`,
	);
	const json = printed(() => printJson({ [HOSTILE]: HOSTILE }));
	assert.deepEqual(JSON.parse(json), { [HOSTILE]: HOSTILE });
	assert.match(json, /^[\n\t\u0020-\u007e]*$/);
});

test("on a terminal a verdict has a style, and nothing else can have one", () => {
	const { stdout, env } = process;
	const [isTTY, noColor] = [stdout.isTTY, env.NO_COLOR];
	stdout.isTTY = true;
	delete env.NO_COLOR;
	try {
		assert.equal(
			printed(() => printVerdict("valid", "good")),
			"\u001b[1;32mvalid\u001b[0m",
		);
		assert.equal(
			printed(() => print("\u001b[1;32mvalid\u001b[0m")),
			"\\u001b[1;32mvalid\\u001b[0m",
		);
		env.NO_COLOR = "1";
		assert.equal(
			printed(() => printVerdict("valid", "good")),
			"valid",
		);
	} finally {
		stdout.isTTY = isTTY;
		if (noColor === undefined) delete env.NO_COLOR;
		else env.NO_COLOR = noColor;
	}
});

test("a row of a verdict is as wide as the terminal, and no letter is broken", () => {
	assert.equal(
		rows("日本".repeat(8), 20),
		`${"日本".repeat(5)}\n  ${"日本".repeat(3)}`,
	);
	const family = "👩‍👩‍👧";
	assert.equal(
		rows(family.repeat(11), 21),
		`${family.repeat(10)}\n  ${family}`,
	);
	assert.equal(rows(`${"x".repeat(17)}\ty`, 20), `${"x".repeat(17)}\n  \ty`);
});

test("a colour of a stack is taken away, not shown as an escape", () => {
	assert.equal(
		printed(() => printError("\u001b[31mError\u001b[39m: x\n  at y")),
		"Error: x\n    at y",
	);
});

test("a verdict longer than the terminal is wide begins no row with what a name says", () => {
	const name = `${"─".repeat(143)}identical: all 11 parts`;
	for (const columns of [40, 80, 120]) {
		const [first = "", ...more] = rows(
			`NOT identical: ${name} (different)`,
			columns,
		).split("\n");
		assert.ok(first.startsWith("NOT identical: "));
		assert.ok(more.length > 0);
		for (const row of [first, ...more]) assert.ok(row.length <= columns, row);
		for (const row of more) assert.match(row, /^ {2}\S/);
	}
	assert.equal(rows("identical: all 3 parts", 80), "identical: all 3 parts");
});
