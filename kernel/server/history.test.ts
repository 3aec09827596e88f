import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	appendFileSync,
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { History, historyPath } from "./history.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-history-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const fresh = () => join(folder, "below", `${files++}.jsonl`);
const tail = { access: "tail", output: false, n: 10 } as const;
const range = { access: "range", output: false, start: 1 } as const;

test("history outlives the kernel, each kernel is a session", () => {
	const path = fresh();
	const first = new History(path, "first");
	first.add(1, "a");
	first.add(2, "b");
	first.addOutput(2, "B");
	first.flush();
	const second = new History(path, "second");
	second.add(1, "c");
	assert.deepEqual(second.query(tail), [
		[1, 1, "a"],
		[1, 2, "b"],
		[2, 1, "c"],
	]);
	assert.deepEqual(second.query({ ...tail, n: 2, output: true }), [
		[1, 2, ["b", "B"]],
		[2, 1, ["c", null]],
	]);
	assert.deepEqual(second.query({ ...tail, n: 0 }), []);
	assert.deepEqual(second.query({ ...range, session: 0 }), [[2, 1, "c"]]);
	assert.deepEqual(second.query({ ...range, session: -1, start: 2 }), [
		[1, 2, "b"],
	]);
	assert.deepEqual(second.query({ ...range, session: 1, stop: 2 }), [
		[1, 1, "a"],
	]);
});

test("kernels that share the file keep their lines apart", () => {
	const path = fresh();
	const [one, two] = [new History(path, "one"), new History(path, "two")];
	one.add(1, "from one");
	two.add(1, "from two");
	one.addOutput(1, "1");
	two.addOutput(1, "2");
	assert.deepEqual(one.query({ ...range, session: 0, output: true }), [
		[1, 1, ["from one", "1"]],
	]);
	assert.deepEqual(two.query({ ...range, session: 0, output: true }), [
		[2, 1, ["from two", "2"]],
	]);
});

test("history is searched with *, ? and [sets] over whole inputs of many lines", () => {
	const history = new History(fresh(), "s");
	for (const [index, input] of ["f(1)", "f(2)\ng()", "f(1)", "😀.x"].entries())
		history.add(index + 1, input);
	const found = (
		pattern: string,
		more: { n?: number; unique?: boolean } = {},
	) =>
		history
			.query({
				access: "search",
				output: false,
				pattern,
				unique: false,
				...more,
			})
			.map(([, line]) => line);
	assert.deepEqual(found("f*"), [1, 2, 3]);
	assert.deepEqual(found("f*", { n: 2 }), [2, 3]);
	assert.deepEqual(found("f*", { unique: true }), [2, 3]);
	assert.deepEqual(found("f([23])*"), [2]);
	assert.deepEqual(found("f([^2])*"), [1, 3]);
	assert.deepEqual(found("?.x"), [4]);
	assert.deepEqual(found("f("), []);
});

test("a line cut by a crash costs that line only", () => {
	const path = fresh();
	const first = new History(path, "first");
	first.add(1, "a");
	first.flush();
	appendFileSync(path, '{"session":1,"line":2,"inp');
	const next = new History(path, "next");
	next.add(1, "b");
	assert.deepEqual(next.query(tail), [
		[1, 1, "a"],
		[2, 1, "b"],
	]);
});

test("an input is in the file a moment after its cell began, whatever becomes of the kernel", async () => {
	const path = fresh();
	new History(path, "first").add(1, "while (true) {}");
	await setTimeout(200);
	assert.match(readFileSync(path, "utf8"), /"input":"while \(true\) \{\}"/);
});

test("an input that looks like the start of a session is none", () => {
	const path = fresh();
	const first = new History(path, "first");
	first.add(1, '{"start":"second"}');
	first.flush();
	const second = new History(path, "second");
	second.add(1, "a");
	assert.deepEqual(second.query({ ...range, session: 0 }), [[2, 1, "a"]]);
});

test("without a place to write, the session still has its history", () => {
	const blocked = join(folder, "a file");
	writeFileSync(blocked, "");
	const history = new History(join(blocked, "history.jsonl"), "s");
	history.add(1, "a");
	assert.deepEqual(history.query(tail), [[1, 1, "a"]]);
});

test("DEEPDIVA_HISTORY says where the history lies", () => {
	assert.equal(historyPath({ DEEPDIVA_HISTORY: "/h.jsonl" }), "/h.jsonl");
	assert.match(String(historyPath({})), /deepdiva.history\.jsonl$/);
});

test("a history that others could write to is neither read nor written, and that is said", {
	skip: process.platform === "win32" && "Windows has no such permissions",
}, (context) => {
	const said: string[] = [];
	context.mock.method(process.stderr, "write", (text: string) => {
		said.push(text);
		return true;
	});
	const shared = join(folder, "shared");
	mkdirSync(shared);
	chmodSync(shared, 0o777);
	const path = join(shared, "history.jsonl");
	const planted =
		'{"start":"x"}\n{"session":1,"line":1,"input":"touch proof"}\n';
	writeFileSync(path, planted);
	chmodSync(path, 0o666);
	const history = new History(path, "first");
	history.add(1, "a");
	assert.deepEqual(history.query(tail), [[1, 1, "a"]]);
	assert.equal(readFileSync(path, "utf8"), planted);
	assert.match(
		said.join(""),
		/^The history cannot be kept in .*shared can be changed by every user.*DEEPDIVA_HISTORY/,
	);
	assert.equal(said.length, 1);
});

test("a pipe or a device in the place of the history is not waited for", {
	skip: process.platform === "win32" && "Windows has none there",
}, (context) => {
	context.mock.method(process.stderr, "write", () => true);
	const pipe = fresh();
	execFileSync("mkfifo", [pipe]);
	for (const path of [pipe, "/dev/null"]) {
		const history = new History(path, "first");
		history.add(1, "a");
		assert.ok(history.query(tail).length <= 1);
	}
});

test("what was typed is for the user alone to read", {
	skip: process.platform === "win32" && "Windows has no such permissions",
}, () => {
	const path = fresh();
	const history = new History(path, "first");
	history.add(1, "a");
	history.flush();
	assert.equal(statSync(path).mode & 0o777, 0o600);
});
