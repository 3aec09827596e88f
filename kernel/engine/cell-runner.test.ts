import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "./test-notebook.ts";

const { execute } = await openNotebook({ rootSeed: "1" });
const draw = "[Math.random(), Math.random()]";
const result = async (code: string) => resultOf(await execute(code));

suite("under a seed", () => {
	test("a cell that is run again draws the same numbers", async () => {
		const first = await result(`%dd seed 42\n${draw}`);
		assert.equal(await result(`%dd seed 42\n${draw}`), first);
		assert.equal(await result(draw), await result(draw));
	});

	test("other cells draw other numbers", async () => {
		assert.notEqual(await result(draw), await result(`1;${draw}`));
	});

	test("another seed gives other numbers, and the first one the first again", async () => {
		const first = await result(`%dd seed 42\n${draw}`);
		assert.notEqual(await result(`%dd seed 43\n${draw}`), first);
		assert.equal(await result(`%dd seed 42\n${draw}`), first);
	});

	test("another engine draws the same numbers", async () => {
		const other = await openNotebook({ rootSeed: "77" });
		await execute("%dd seed 42");
		await other.execute("%dd seed 42");
		assert.equal(resultOf(await other.execute(draw)), await result(draw));
	});

	test("%dd seed shows what was drawn from each stream, in cells and in runs", async () => {
		const own = await openNotebook({ rootSeed: "5" });
		await own.execute(
			'Math.random(); dd.rng("points")(); crypto.randomUUID(); new (require("node:worker_threads").Worker)("0", { eval: true }); 0',
		);
		await own.execute("%dd run toy\nMath.random(); dd.rng('init')()");
		const text = textOf(await own.execute("%dd seed"));
		assert.match(text, /^root seed 5 \(given\) · Philox4x32-10\n/);
		for (const row of [
			/^cell:[0-9a-f]{16} +1$/m,
			/^points +1$/m,
			/^cell:[0-9a-f]{16}\/crypto +16$/m,
			/^toy\/main +1$/m,
			/^toy\/init +1$/m,
		])
			assert.match(text, row);
		assert.match(
			resultOf(await own.execute("%dd seed --strict-math")),
			/UsageError: .* needs the seed/,
		);
	});

	test("ids follow the seed, those of the kernel's own displays do not", async () => {
		const ids = "display(1); crypto.randomUUID()";
		const first = await execute(`%dd seed 42\n${ids}`);
		const second = await execute(`%dd seed 42\n${ids}`);
		assert.equal(resultOf(first), resultOf(second));
		const shown = (cell: typeof first) =>
			cell.outputs.flatMap((output) =>
				output.type === "display_data" ? [output.transient.display_id] : [],
			);
		assert.equal(shown(first).length, 1);
		assert.notDeepEqual(shown(first), shown(second));
	});

	test("what follows an await or a timer draws from the cell's own stream", async () => {
		const code =
			"const draws = [Math.random()]; await null; draws.push(Math.random()); await new Promise((done) => setTimeout(done, 1)); draws.push(Math.random()); draws";
		const first = await result(code);
		await execute("setInterval(() => Math.random(), 1); 1");
		assert.equal(await result(code), first);
	});
});

suite("parameters of a run", () => {
	test("are constants of their cell: what earlier cells call so is as it was", async () => {
		await execute("let rate = 5; var kept; const ownRate = () => rate;");
		assert.ok(
			textOf(
				await execute(
					"%dd run constants rate=0.5 note=a\nconst seen = [rate, note, ownRate()];\nfunction ofRun() { return rate; }\nkept = new Promise((settle) => setImmediate(() => settle(rate)));\nconsole.log(seen);",
				),
			).includes("[ 0.5, 'a', 5 ]"),
		);
		assert.equal(
			await result("[rate, ownRate(), ofRun(), await kept, seen, typeof note]"),
			"[ 5, 5, 0.5, 0.5, [ 0.5, 'a', 5 ], 'undefined' ]",
		);
		await execute("%dd run constants rate=0.6\nthrow new Error(String(rate))");
		assert.equal(await result("rate++, rate"), "6");
	});

	test("belong to each member of a multirun alone", async () => {
		await execute("let members: (() => number)[] = [];");
		await execute(
			"%dd multirun constants -n 1 lr=1,2\nmembers.push(() => lr);",
		);
		assert.equal(
			await result("[members.map((one) => one()), typeof lr]"),
			"[ [ 1, 2 ], 'undefined' ]",
		);
	});

	test("cannot be assigned to", async () => {
		assert.match(
			await result("%dd run constants lr=0.5\nlr = 1"),
			/^TypeError: Assignment to constant variable/,
		);
		assert.match(
			await result(
				"%dd run constants lr=0.5\nconst later = () => { lr++ };\nlater()",
			),
			/^TypeError: Assignment to constant variable/,
		);
	});

	test("may have the name of a global that a cell has declared, and of a name that was forgotten", async () => {
		await execute("let forgotten = 1; let password = 'mine';");
		await execute("%reset");
		assert.ok(
			textOf(
				await execute(
					"%dd run hiding password=3 forgotten=4\nconsole.log(password, forgotten)",
				),
			).includes("3 4"),
		);
		assert.equal(await result("typeof password"), "'function'");
	});

	test("may not have the name of a global", async () => {
		for (const name of ["Math", "console", "globalThis"])
			assert.match(
				await result(`%dd run hiding ${name}=3\n1`),
				/^UsageError: ".*" cannot name a parameter/,
			);
		assert.equal(await result("Math.max(1, 2)"), "2");
	});

	test("may have any letters, in whichever composition the code has them", async () => {
		for (const [line, code] of [
			["gr\u00f6ße", "gro\u0308ße"],
			["gro\u0308ße", "gr\u00f6ße"],
			["gro\u0308ße", "gro\u0308ße"],
			["学習率", "学習率"],
		])
			assert.ok(
				textOf(
					await execute(`%dd run letters ${line}=7\nconsole.log(${code} + 1)`),
				).includes("8"),
			);
	});

	test("stay in a replay, for cells of records that relied on it", async () => {
		const replay = await openNotebook({
			replay: {
				identity: "sha256:of another run",
				occurrence: 0,
				format: 2,
				earlierCells: 9,
				directory: "nowhere",
			},
		});
		await replay.execute("const own = 1;");
		await replay.execute("%dd run a lr=-0.5 own=2 note='a\\'\nown");
		assert.equal(
			resultOf(await replay.execute("[lr, own, note]")),
			"[ -0.5, 1, 'a\\\\' ]",
		);
		// So do values that would be refused by now.
		assert.equal(
			resultOf(await replay.execute("%dd run fold=01 a sizes=8,4 n=1_0\n1")),
			"",
		);
		assert.equal(
			resultOf(await replay.execute("[fold, sizes, n]")),
			"[ 1, '8,4', '1_0' ]",
		);
		await replay.engine.shutdown();
	});

	test("may not be declared by the code again", async () => {
		const cell = await execute("%dd run twice lr=0.5\n\nconst lr = 1;");
		assert.match(
			resultOf(cell),
			/^UsageError: "lr" is declared twice: .* line 1 .* line 3/,
		);
	});
});

suite("magics", () => {
	for (const [name, code, expected] of [
		[
			"in text and comments are none",
			"const text = `\n%dd seed nonsense\n`;\n/*\n%dd seed nonsense\n*/ text.trim()",
			"'%dd seed nonsense'",
		],
		[
			"may stand between lines",
			"const a1 = 1\n%dd seed 42\nconst b1 = 2\n%%dd seed 42\na1 + b1",
			"3",
		],
		["that are wrong say so", "1;\n%dd sed 42", /^UsageError: .*seed/],
		[
			"must wrap all of the cell",
			"const c1 = 1;\n%dd run late",
			/^UsageError: .*first line/,
		],
	] as const)
		test(name, async () => {
			const shown = await result(code);
			if (typeof expected === "string") assert.equal(shown, expected);
			else assert.match(shown, expected);
		});

	test("leave the line numbers of errors alone", async () => {
		assert.match(
			tracebackOf(await execute("%dd seed 42\n\n%dd seed 42\nnull.x")),
			/line 4, column 6/,
		);
		assert.match(
			tracebackOf(await execute("// note\n%dd run failing\n\nnull.x")),
			/line 4, column 6/,
		);
	});
});
