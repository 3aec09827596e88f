import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
	type ExecutedTestCell,
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
	withoutColours,
} from "../engine/test-notebook.ts";
import type { CellDiagnostic, TypeService } from "../language/service.ts";
import type { Output } from "../protocol/requests.ts";
import { TypedCells } from "./typed-cells.ts";

const WRONG = 'const n: number = "three";\nconsole.log(n);';

const REPORT =
	/^stderr: TS2322: .*'string'.*'number'.*\n {2}at In \[1\], line 1, column 7\n {4}1 │ const n: number = "three";\n {6}│ {7}\^\n$/;

/** What was shown, in order, without colours. */
const shown = ({ outputs }: ExecutedTestCell) =>
	outputs.map((output: Output) =>
		output.type === "stream"
			? `${output.name}: ${withoutColours(output.text)}`
			: output.type,
	);

/** Questions of cells, oldest first. */
const asked: string[] = [];
const { execute } = await openNotebook({
	types: { policy: "report", patient: true },
	input: async ({ prompt }) => {
		asked.push(prompt);
		return "Ada";
	},
});

describe("%types report", () => {
	test("a cell's type errors stand above its output, and it runs", async () => {
		const cell = await execute(WRONG, { executionCount: 1 });
		const [report = "", ...printed] = shown(cell);
		assert.match(report, REPORT);
		assert.deepEqual(printed, ["stdout: three\n"]);
		assert.equal(cell.reply.status, "ok");
	});

	test("a cell without type errors shows its output alone", async () => {
		assert.deepEqual(shown(await execute("console.log(1); 2")), [
			"stdout: 1\n",
			"execute_result",
		]);
		assert.deepEqual(shown(await execute("undefined")), []);
	});

	test("in a front end the first cell does not wait: its type errors come when they are known", async () => {
		const { execute, printed } = await openNotebook({
			types: { policy: "report" },
		});
		const arrived = printed(/TS2322/);
		const cell = await execute(WRONG);
		assert.equal(textOf(cell, "stderr"), "");
		await arrived;
		assert.match(shown(cell).at(-1) ?? "", REPORT);
	});

	test("a client that nobody sits at gets the first cell's type errors above its output: it reads nothing later", async () => {
		const { execute } = await openNotebook({
			types: { policy: "report" },
		});
		const cell = await execute(WRONG, { unattended: true });
		const [report = "", ...printed] = shown(cell);
		assert.match(report, REPORT);
		assert.deepEqual(printed, ["stdout: three\n"]);
	});

	test("a cell that is run again, and one that uses names of others, has the same errors again", async () => {
		for (let round = 0; round < 3; round++) {
			await execute("const word = 'three'");
			const cell = await execute("const m: number = word");
			assert.match(shown(cell)[0] ?? "", /^stderr: TS2322/);
			assert.equal(shown(cell).length, 1);
		}
	});

	test("a cell that fails shows its types, then the error", async () => {
		const cell = await execute('"text".nothing()');
		assert.match(shown(cell)[0] ?? "", /^stderr: TS2339: .*'nothing'/);
		assert.equal(shown(cell)[1], "error");
	});

	test("a question releases what it belongs to", async () => {
		const cell = await execute(
			'console.log("before"); console.log(await input("name? "))',
		);
		assert.deepEqual(asked, ["name? "]);
		assert.equal(textOf(cell), "before\nAda\n");
	});

	test("a syntax error is the engine's alone, as is a module that is missing", async () => {
		assert.deepEqual(shown(await execute("const = 1")), ["error"]);
		assert.deepEqual(shown(await execute('import x from "no-such-module"')), [
			"error",
		]);
	});
});

/** A type service that answers when the test says so. */
function slowTypes() {
	const answers: ((found: CellDiagnostic[]) => void)[] = [];
	const none: TypeService = {
		running: true,
		warm: true,
		configProblem: undefined,
		setCells: () => undefined,
		addCells: () => undefined,
		complete: () => Promise.reject(new Error("not asked")),
		inspect: () => Promise.reject(new Error("not asked")),
		diagnostics: () => new Promise((resolve) => answers.push(resolve)),
		dispose: async () => undefined,
	};
	return {
		types: () => none,
		answer: () =>
			answers.shift()?.([
				{
					start: 0,
					length: 1,
					line: 1,
					column: 1,
					message: "Wrong.",
					code: 1,
					severity: "error",
				},
			]),
	};
}

describe("a slow compiler", () => {
	const print = (text: string): Output => ({
		type: "stream",
		name: "stdout",
		text,
	});

	/** Cells that print their code, and what was emitted so far. */
	function slowNotebook() {
		const { types, answer } = slowTypes();
		const emitted: string[] = [];
		const emit = (_parent: string, output: Output) => {
			if (output.type === "stream")
				emitted.push(output.text.includes("Wrong") ? "types" : output.text);
		};
		const cells = new TypedCells("report", {
			types,
			emit,
			found: () => undefined,
			patient: false,
		});
		const run = (code: string) =>
			cells.run(code, { code, executionCount: 1 }, async () => {
				cells.inTurn(code, () => emit(code, print(code)));
				return { status: "ok", userExpressions: {} };
			});
		return { cells, run, answer, emitted };
	}

	test("what a cell shows waits for its types a moment, and they come first", async () => {
		const { run, answer, emitted } = slowNotebook();
		const reply = run("a");
		await setImmediate();
		assert.deepEqual(emitted, []);
		answer();
		await reply;
		assert.deepEqual(emitted, ["types", "a"]);
	});

	test("types that do not come hold neither outputs nor the reply for long, and no later cell", async () => {
		const { run, answer, emitted } = slowNotebook();
		await run("a");
		assert.deepEqual(emitted, ["a"]);
		const second = run("b");
		await setImmediate();
		assert.deepEqual(emitted, ["a", "b"]);
		await second;
		answer();
		answer();
		await setImmediate();
		assert.deepEqual(emitted, ["a", "b", "types", "types"]);
		const third = run("c");
		answer();
		await third;
		assert.deepEqual(emitted.slice(4), ["types", "c"]);
	});

	test("an interrupted cell does not wait for its types", async () => {
		const { cells, run, emitted } = slowNotebook();
		const reply = run("a");
		cells.interrupt();
		await reply;
		assert.deepEqual(emitted, ["a"]);
	});
});

const strict = await openNotebook({ types: { policy: "strict" } });

describe("%types strict", () => {
	test("a cell with type errors is stopped before anything runs", async () => {
		const { execute } = strict;
		const cell = await execute(`globalThis.ran = 1;\n${WRONG}\nn.foo`);
		assert.equal(
			resultOf(cell),
			"TypeCheckError: 2 type errors; nothing of the cell was run (%types report runs it all the same)",
		);
		assert.match(tracebackOf(cell), /line 2, column 7\n {4}2 │ const n: /);
		assert.match(tracebackOf(cell), /TS2339.*\n.*line 4, column 3/);
		assert.deepEqual(shown(cell), ["error"]);
		assert.equal(
			resultOf(await execute('"ran" in globalThis || "n" in globalThis')),
			"false",
		);
		assert.match(resultOf(await execute("typeof n")), /TypeCheckError: 1/);
	});

	test("a cell with right types runs, and later ones see its names", async () => {
		const { execute } = strict;
		await execute("const list = [1, 2]");
		assert.equal(resultOf(await execute("list.map((n) => n + 1)[1]")), "3");
	});

	test("an interrupt ends the wait for types", async () => {
		const { engine, execute } = await openNotebook({
			types: { policy: "strict" },
		});
		const cell = execute("console.log('ran')");
		engine.interrupt();
		assert.equal(
			resultOf(await cell),
			"KeyboardInterrupt: interrupted by the user",
		);
		assert.equal(textOf(await cell), "");
	});
});

describe("%types", () => {
	test("it holds from its own cell on, and says what holds", async () => {
		assert.match(textOf(await execute("%types")), /^types report: /);
		assert.match(
			resultOf(await execute(`%types strict\n${WRONG}`)),
			/^TypeCheckError: 1 type error;/,
		);
		assert.match(resultOf(await execute(WRONG)), /^TypeCheckError/);
		assert.equal(
			textOf(await execute(`%types off\n${WRONG}`)),
			"types off: types are not checked\nthree\n",
		);
		assert.match(textOf(await execute("%types")), /^types off: /);
	});

	test("a policy that there is not is an error that names those there are", async () => {
		assert.equal(
			resultOf(await execute("%types strikt")),
			'UsageError: %types has no policy "strikt"; did you mean "strict"?',
		);
	});

	test("where nobody checks types, as in a replay, every policy is off", async () => {
		const { execute } = await openNotebook();
		assert.equal(
			textOf(await execute(`%types strict\n${WRONG}`)),
			"types strict: a cell with type errors is stopped before anything of it runs\nthree\n",
		);
		assert.match(textOf(await execute("%types")), /^types off: /);
	});
});

describe("%types off", () => {
	test("nothing is said of types", async () => {
		const { execute } = await openNotebook({
			types: { policy: "off", patient: true },
		});
		assert.deepEqual(shown(await execute(WRONG)), ["stdout: three\n"]);
	});
});
