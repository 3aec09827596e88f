import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import {
	openNotebook,
	resultOf,
	type TestNotebook,
	textOf,
	tracebackOf,
} from "./test-notebook.ts";

const notebook = await openNotebook({ cwd: realpathSync(temporaryFolder()) });
const { folder, execute } = notebook;

const result = async (code: string, { execute }: TestNotebook = notebook) =>
	resultOf(await execute(code));
const printed = async (code: string) => textOf(await execute(code));

// First: it begins where no cell has declared anything.
test("%who lists what cells declared, and %reset forgets it", async () => {
	assert.equal(await printed("%who"), "no cell has declared a name\n");
	await execute(
		"let count = 3; class Net {}; const net = new Net(); const performance = 1; function f() {}\nimport { join } from 'node:path';",
	);
	assert.equal(
		await printed("%who"),
		`name         type      value
───────────  ────────  ──────
count        number    3
Net          class
net          Net       Net {}
f            function
join         function
performance  number    1
`,
	);
	assert.match(
		await printed("%reset"),
		/^forgotten: count, Net, net, f, join, performance; /,
	);
	assert.equal(await printed("%who"), "no cell has declared a name\n");
	assert.match(await result("count"), /^ReferenceError: count is not defined/);
	assert.match(await result("count = 4"), /^ReferenceError: count is not/);
	assert.equal(await result("typeof performance.now"), "'function'");
	assert.equal(await result("let count = 5; count"), "5");
	assert.equal(await result("count++; count"), "6");
	assert.equal(await result("!count"), "false");
	assert.deepEqual(
		(await notebook.engine.complete("cou", 3)).matches.includes("count"),
		true,
	);
	assert.deepEqual(
		(await notebook.engine.complete("ne", 2)).matches.includes("net"),
		false,
	);
});

test("a command shows its output and its exit code, which is no error", async () => {
	const cell = await execute("!echo out; echo wrong >&2; exit 3");
	assert.equal(cell.reply.status, "ok");
	assert.equal(textOf(cell), "out\n");
	assert.equal(
		textOf(cell, "stderr"),
		"wrong\nthe command ended with exit code 3\n",
	);
});

test("a command's output comes while it runs, and an interrupt ends it", async () => {
	const began = notebook.printed(/begun/);
	const running = execute("!echo begun; sleep 600; echo never");
	await began;
	notebook.engine.interrupt();
	const cell = await running;
	assert.match(resultOf(cell), /^KeyboardInterrupt/);
	assert.equal(textOf(cell), "begun\n");
	assert.equal(await result("1 + 1"), "2");
});

test("a word that cells declared, or that is global, is no command", async () => {
	await execute("let ready = false;");
	assert.equal(await result("!ready"), "true");
	assert.equal(await result("!process"), "false");
	assert.equal(await printed("!pwd"), `${folder}\n`);
});

test("commands that change only their own shell are refused with the magic to use", async () => {
	assert.match(await result("!cd .."), /write %cd DIR$/);
	assert.match(await result("!export A=1"), /write %env NAME=value$/);
});

test("%cd moves paths, require, import.meta and the imports of later cells", async () => {
	const moved = await openNotebook({ cwd: realpathSync(temporaryFolder()) });
	writeFiles(moved.folder, {
		"sub/part.ts": "export const part: string = 'sub';",
		"part.ts": "export const part: string = 'top';",
	});
	const load = 'import { part } from "./part.ts"; part';
	assert.equal(await result(load, moved), "'top'");
	assert.equal(
		await result(
			'%cd sub\n[process.cwd(), import.meta.dirname, require("./part.ts").part]',
			moved,
		),
		`[ '${moved.folder}/sub', '${moved.folder}/sub', 'sub' ]`,
	);
	assert.equal(await result(load, moved), "'sub'");
	assert.match(
		await result("%cd nowhere", moved),
		/nowhere is no folder; the working folder is still .*sub$/,
	);
	const paths = async (code: string) =>
		(await moved.engine.complete(code, code.length)).matches;
	assert.deepEqual(await paths("%load p"), ["part.ts"]);
	assert.deepEqual(await paths("%load s"), []);
	await moved.execute("%cd ..");
	assert.equal(await result(load, moved), "'top'");
	assert.deepEqual(await paths("%load s"), ["sub/"]);
});

test("dd and the types are there for code in a magic's line", async () => {
	await execute("%time const rng = typeof dd.rng");
	assert.equal(await result("rng"), "'function'");
	const code = "rng.toUpp";
	const { matches } = await notebook.engine.complete(code, code.length);
	assert.deepEqual(matches, ["toUpperCase"]);
});

test("code that goes on below a magic's line is refused, not run untimed", async () => {
	assert.match(
		await result("%time Math.max(\n1, 2)"),
		/goes on in the next line; write %%time/,
	);
});

test("%env sets, shows and lists variables, and hides secrets", async () => {
	assert.equal(
		await printed('%env MY_MODE="fast mode"\n%env MY_TOKEN=abc'),
		"MY_MODE=fast mode\nMY_TOKEN=(hidden)\n",
	);
	assert.equal(await printed("%env MY_MODE"), "fast mode\n");
	assert.equal(await printed("!echo $MY_MODE"), "fast mode\n");
	const list = await printed("%env");
	assert.match(list, /^MY_MODE=fast mode$/m);
	assert.match(list, /^MY_TOKEN=\(hidden\)$/m);
	assert.match(await result("%env MY_MOD"), /did you mean "MY_MODE"\?$/);
	assert.match(await result("%env MY_MODE fast"), /write %env MY_MODE=fast /);
});

const TIMES =
	/^wall time [\d.]+ m?s · CPU time [\d.]+ m?s \(user .*, system .*\)\n$/;

test("%time prints times and shows the value of what it timed", async () => {
	const cell = await execute("%time [1, 2].map((x) => x * 2);");
	assert.match(textOf(cell), TIMES);
	assert.equal(resultOf(cell), "[ 2, 4 ]");
	const declared = await execute(
		"%time const late: number = await Promise.resolve(5)\nlate + 1",
	);
	assert.match(textOf(declared), TIMES);
	assert.equal(resultOf(declared), "6");
	assert.equal(await result("late"), "5");
});

test("%%time times the rest of the cell, whose names stay", async () => {
	const cell = await execute("%%time\nconst inner = 20;\ninner + 1");
	assert.match(textOf(cell), TIMES);
	assert.equal(resultOf(cell), "21");
	assert.equal(await result("inner"), "20");
	assert.match(await result("%%time"), /needs code below it/);
	assert.match(
		await result("1;\n%%time\n2"),
		/must be the first line of its cell/,
	);
});

test("errors in what %time takes are at their own line and column", async () => {
	assert.match(
		tracebackOf(await execute("let a;\n%time const b = nowhere + 1")),
		/ReferenceError: nowhere is not defined\n {2}at In \[\d+\], line 2, column 17/,
	);
	assert.match(
		tracebackOf(await execute("%time 1 +")),
		/SyntaxError: .*\n {2}at In \[\d+\], line 1, column 10/,
	);
	assert.match(
		await result("%time if (a) b()"),
		/is neither an expression nor a declaration of one name/,
	);
});

test("%time on a busy loop can be interrupted", async () => {
	const began = notebook.printed(/loops/);
	const running = execute(
		"%time (() => { console.log('loops'); for (;;); })()",
	);
	await began;
	notebook.engine.interrupt();
	assert.match(resultOf(await running), /^KeyboardInterrupt/);
});

test("%%writefile writes the cell as it stands, and -a appends", async () => {
	const text = "export const a = 1;\n%dd seed 1\n!ls\n`";
	assert.equal(
		await printed(`%%writefile part.txt\n${text}`),
		"wrote part.txt\n",
	);
	assert.equal(readFileSync(join(folder, "part.txt"), "utf8"), `${text}\n`);
	assert.equal(
		await printed("%%writefile -a part.txt\nmore\n"),
		"appended to part.txt\n",
	);
	assert.equal(
		readFileSync(join(folder, "part.txt"), "utf8"),
		`${text}\nmore\n`,
	);
	assert.equal(
		await printed("%%writefile part.txt\nnew"),
		"overwrote part.txt\n",
	);
	assert.equal(readFileSync(join(folder, "part.txt"), "utf8"), "new\n");
	mkdirSync(join(folder, "folder"));
	assert.match(
		await result("%%writefile folder\na"),
		/is a folder; name a file$/,
	);
	assert.match(
		await result("%%writefile a/b.txt\na"),
		/there is no folder .*\/a; make it first/,
	);
	assert.match(
		await result("%writefile part.txt"),
		/write %%writefile on its first line$/,
	);
});

test("%load hands a file's code to the front end", async () => {
	writeFiles(folder, { "loaded.ts": "const a = 1;\n\n" });
	const { reply } = await execute("%load loaded.ts");
	assert.equal(
		reply.status === "ok" && reply.nextInput,
		"// %load loaded.ts\nconst a = 1;",
	);
	const { reply: next } = await execute("1");
	assert.equal("nextInput" in next, false);
	assert.match(
		await result("%load nowhere.ts"),
		/there is no file nowhere\.ts in /,
	);
});

/** Makes a package as npm gets it: a tarball. */
function pack(version: string): string {
	const source = temporaryFolder();
	writeFiles(join(source, "package"), {
		"package.json": JSON.stringify({
			name: "greet-kit",
			version,
			type: "module",
			exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
		}),
		"index.js": `export const greet = (name) => "hi " + name + " ${version}";`,
		"index.d.ts": "export declare const greet: (name: string) => string;",
	});
	const file = join(source, `greet-kit-${version}.tgz`);
	execFileSync("tar", ["-czf", file, "package"], { cwd: source });
	return file;
}

test("%npm installs into the notebook's package, for the next cell", async () => {
	const own = await openNotebook({ cwd: realpathSync(temporaryFolder()) });
	const greet = 'import { greet } from "greet-kit"; greet("Ada")';
	assert.match(await result(greet, own), /Cannot find package 'greet-kit'/);
	const installing = await own.execute(`%npm install ${pack("1.0.0")}`);
	assert.match(
		textOf(installing),
		/^made .*package\.json: the notebook's package\n\nadded 1 package/,
	);
	assert.equal(await result(greet, own), "'hi Ada 1.0.0'");
	assert.ok(existsSync(join(own.folder, "package-lock.json")));

	const inspected = await own.engine.inspect(`${greet}`, 10, 0);
	assert.match(
		String(inspected.data["text/plain"]),
		/function greet\(name: string\): string/,
	);
	const uninstall = "%npm uninstall gre";
	assert.deepEqual(
		(await own.engine.complete(uninstall, uninstall.length)).matches,
		["greet-kit"],
	);

	mkdirSync(join(own.folder, "inner"));
	const newer = await own.execute(`%cd inner\n%npm install ${pack("2.0.0")}`);
	assert.match(
		textOf(newer),
		/greet-kit 1\.0\.0 is in use; restart the kernel to use greet-kit 2\.0\.0\n$/,
	);
	assert.equal(existsSync(join(own.folder, "inner/package.json")), false);

	const failing = await own.execute("%npm install ./missing.tgz");
	assert.match(
		resultOf(failing),
		/^UsageError: npm install \.\/missing\.tgz ended with exit code [1-9]\d*; /,
	);
	assert.match(textOf(failing, "stderr"), /inner\/missing\.tgz/);
});

const GREET = `dd.magic(
	"greet",
	{
		summary: "Greets someone.",
		positionals: [{ name: "who", required: true, description: "Whom.", choices: ["Ada", "Alan"] }],
		options: [{ name: "loud", type: "flag", description: "Shout." }],
		examples: ["%greet Ada"],
	},
	({ who, loud }, { print }) => {
		print("hello");
		return loud ? who.toUpperCase() : who;
	},
);`;

test("a magic that a cell defines is like a built-in one", async () => {
	const complete = async (line: string) =>
		(await notebook.engine.complete(line, line.length)).matches;
	assert.match(await result("%greet Ada"), /there is no magic "%greet"/);
	assert.deepEqual(await complete("%gr"), []);
	assert.equal(resultOf(await execute(GREET)), "");
	const cell = await execute("%greet Ada --loud");
	assert.equal(textOf(cell), "hello\n");
	assert.equal(resultOf(cell), "'ADA'");
	assert.match(
		await result("%greet Eve"),
		/^UsageError: %greet: who cannot be "Eve"; there is: Ada, Alan\nUsage: %greet who \[--loud\]$/,
	);
	assert.deepEqual(await complete("%gr"), ["%greet"]);
	assert.deepEqual(await complete("%greet A"), ["Ada", "Alan"]);
	assert.deepEqual(await complete("%greet Ada --"), ["--help", "--loud"]);
	assert.match(
		String(
			(await notebook.engine.inspect("%greet Ada", 3, 0)).data["text/plain"],
		),
		/^Greets someone\.\n\nUsage: %greet who \[--loud\]/,
	);
	assert.match(textOf(await execute("%greet --help")), /^Greets someone\./);
	assert.match(textOf(await execute("%help")), /^%greet +Greets someone\.$/m);
	assert.match(
		await result('dd.magic("cd", { summary: "Mine." }, () => 1)'),
		/there is a built-in magic of this name/,
	);
});

test("a magic of the user's wraps the rest of the cell, as code or as text", async () => {
	await execute(`
dd.magic("twice", { summary: "Twice.", wraps: "code" }, async (_args, { execute, print }) => {
	await execute();
	print("again");
	return execute();
});
dd.magic("html", { summary: "HTML.", wraps: "text" }, (_args, { text }) =>
	display({ "text/html": text, "text/plain": "html" }, { raw: true }));
let count = 0;`);
	const twice = await execute(
		"%%twice\nconst seen = ++count;\nconsole.log(seen);\nseen * 10",
	);
	assert.equal(textOf(twice), "1\nagain\n2\n");
	assert.equal(resultOf(twice), "20");
	assert.equal(await result("seen"), "2");
	assert.match(
		tracebackOf(await execute("%%twice\n\nnowhere()")),
		/nowhere is not defined\n {2}at In \[\d+\], line 3, column 1/,
	);
	const { outputs } = await execute("%%html\n<b>`\n!x</b>");
	const shown = outputs.find(({ type }) => type === "display_data");
	assert.equal(
		shown?.type === "display_data" && shown.data["text/html"],
		"<b>`\n!x</b>",
	);
});

test("an interrupt ends a magic of the user's, and its signal tells it", async () => {
	await execute(
		'let told = false; dd.magic("wait", { summary: "Waits." }, (_args, { print, signal }) => { signal?.addEventListener("abort", () => { told = true; }); print("waits"); return new Promise(() => {}); });',
	);
	const began = notebook.printed(/waits/);
	const running = execute("%wait");
	await began;
	notebook.engine.interrupt();
	assert.match(resultOf(await running), /^KeyboardInterrupt/);
	assert.equal(await result("told"), "true");
});

test("a package that is imported brings its magics", async () => {
	const own = await openNotebook();
	writeFiles(own.folder, {
		"node_modules/shout/package.json":
			'{"name":"shout","type":"module","exports":"./index.js"}',
		"node_modules/shout/index.js":
			'import * as dd from "deepdiva";\ndd.magic("shout", { summary: "Shouts.", positionals: [{ name: "what", description: "What." }] }, ({ what }) => what + "!");',
	});
	assert.equal(await result('import "shout";\n1', own), "1");
	assert.equal(await result("%shout hey", own), "'hey!'");
	const script = await own.execute("%dd export all.ts");
	assert.match(textOf(script), /^wrote /);
	assert.match(
		readFileSync(join(own.folder, "all.ts"), "utf8"),
		/await dd\.callMagic\("shout hey"\);/,
	);
});
