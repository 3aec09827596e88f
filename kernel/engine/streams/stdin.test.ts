import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import {
	type EngineOptions,
	InputRefused,
	type InputRequest,
} from "../../protocol/requests.ts";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "../test-notebook.ts";

const QUESTIONS = ["await input('q')", "await password('q')", "prompt('q')"];

/** What answers the questions of the notebook that the tests share. */
let answer: NonNullable<EngineOptions["input"]>;
const notebook = await openNotebook({ input: (request) => answer(request) });

test("a notebook that is executed without a front end is told at once that there is nobody to ask", async () => {
	const notebook = await openNotebook();
	for (const question of [...QUESTIONS, "confirm('q')"]) {
		const cell = await notebook.execute(`1;\n  ${question}`);
		assert.match(resultOf(cell), /^InputRefused: There is nobody to ask/);
		assert.match(tracebackOf(cell), /line 2/);
	}
});

test("whoever runs the engine answers the questions of its cells", async () => {
	const asked: Omit<InputRequest, "signal">[] = [];
	answer = async ({ signal, ...request }) => {
		asked.push(request);
		if (request.prompt === "no") throw new InputRefused("not today");
		return `${request.prompt}!`;
	};
	for (const question of QUESTIONS)
		assert.equal(resultOf(await notebook.execute(question)), "'q!'");
	assert.deepEqual(
		asked.map(({ prompt, password }) => [prompt, password]),
		[
			["q", false],
			["q", true],
			["q", false],
		],
	);
	for (const question of QUESTIONS)
		assert.equal(
			resultOf(await notebook.execute(question.replace("'q'", "'no'"))),
			"InputRefused: not today",
		);
	const many = "Array.from({ length: 50 }, (_, i) => prompt(i)).join('')";
	assert.equal(
		resultOf(await notebook.execute(many)),
		`'${Array.from({ length: 50 }, (_, i) => `${i}!`).join("")}'`,
	);
});

test("an interrupt withdraws the question, and the next one gets its own answer", async () => {
	let withdrawn = 0;
	let wait = Promise.withResolvers<void>();
	answer = ({ prompt, signal }) => {
		if (prompt !== "q") return Promise.resolve("answered");
		signal.addEventListener("abort", () => withdrawn++);
		wait.resolve();
		return new Promise(() => {});
	};
	for (const question of QUESTIONS) {
		wait = Promise.withResolvers<void>();
		const cell = notebook.execute(question);
		await wait.promise;
		notebook.engine.interrupt();
		assert.match(resultOf(await cell), /^KeyboardInterrupt/);
		assert.equal(resultOf(await notebook.execute("prompt()")), "'answered'");
	}
	assert.equal(withdrawn, QUESTIONS.length);
});

test("a question that nobody waits for is withdrawn when its cell ends", async () => {
	let asked: AbortSignal | undefined;
	answer = ({ signal }) => {
		asked = signal;
		return new Promise(() => {});
	};
	const cell = await notebook.execute("input().catch(() => {}); 1");
	assert.equal(resultOf(cell), "1");
	await until(() => asked?.aborted === true, "the question is withdrawn");
	assert.match(String(asked?.reason), /KeyboardInterrupt: the cell has ended/);
});

test("confirm asks, alert prints, and an empty answer to a prompt is its preset", async () => {
	const asked: string[] = [];
	const answers = ["y", "Yes", "no", "", "", "typed"];
	answer = async ({ prompt }) => {
		asked.push(prompt);
		return answers.shift() ?? "";
	};
	const cell = await notebook.execute(`
		alert("look");
		alert();
		[confirm("sure?"), confirm("sure?"), confirm("sure?"), confirm(), prompt("name?", "Ada"), prompt("name?", "Ada")]`);
	assert.equal(resultOf(cell), "[ true, true, false, false, 'Ada', 'typed' ]");
	assert.equal(textOf(cell), "look\n\n");
	assert.deepEqual(asked, [
		"sure? [y/N] ",
		"sure? [y/N] ",
		"sure? [y/N] ",
		" [y/N] ",
		"name? [Ada] ",
		"name? [Ada] ",
	]);
});
