import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { openNotebook, resultOf } from "../../kernel/engine/test-notebook.ts";
import { transformCell } from "./transform.ts";

const notebook = await openNotebook();
const result = async (code: string) => resultOf(await notebook.execute(code));

/** Does the transform copy the variable for the cell's loops? */
const copies = (code: string, name: string) =>
	transformCell(code).code.includes(`let __deepdiva__${name} = ${name}`);

/** Each is run as a cell and as a plain function; the last expression must be the same. */
const programs: Readonly<
	Record<string, readonly [code: string, value: string]>
> = {
	"a sum": ["let sum = 0; for (let i = 0; i < 9; i++) sum += i & 3;", "sum"],
	"all assignments": [
		"let a = 1, b = 2n, c, d = 7; for (let i = 0; i < 3; i++) { a *= 2; b **= 2n; c ??= i; d ||= 1; d &&= d - 1; a = b > 5n ? a : -a }",
		"[a, b, c, d]",
	],
	"updates and their values": [
		"let i = 0, seen = [], n = 5n; while (i < 5) { seen[i++] = --n; seen[i] = i++ + ++i }",
		"[i, seen, n]",
	],
	"updates in heads": [
		"let i, j, path = []; for (i = 0, j = 9; i < j; i++, j--) path.push(i - j);",
		"[i, j, path]",
	],
	"a var in a head": [
		"var s = 0; for (var i = 0, n = 4; i < n; i++) s += i;",
		"[s, i, n]",
	],
	"a var in a body": [
		"let k = 0; while (k < 3) { var square = k * k, odd; k += 1; if (k % 2) odd = k }",
		"[k, square, odd]",
	],
	"a loop over a list": [
		"let total = 0, last; for (const x of [1, 2, 3]) { total += x; last = x }",
		"[total, last]",
	],
	"a variable that a loop's head assigns": [
		"let x, y, all = []; for (x of [1, 2]) all.push(x); for (y in { a: 1 }) all.push(y); for ([x, y] of [[3, 4]]) all.push(x + y);",
		"[x, y, all]",
	],
	patterns: [
		"let a = 0, b = 1; for (let i = 0; i < 7; i++) [a, b] = [b, a + b]; let o = { p: 1 }; do { ({ p: a } = o); o.p += 1 } while (a < 3);",
		"[a, b, o]",
	],
	"shorthand properties": [
		"let n = 0, all = []; while (n < 2) { all.push({ n, m: n }); n++ }",
		"all",
	],
	"names with another meaning inside": [
		"let n = 1, all = []; for (let i = 0; i < 2; i++) { let n = i; n++; all.push(n) } for (let n = 5; n < 6; n++) all.push(n); for (const _ of [1]) try { throw 3 } catch (n) { all.push(n) } all.push(n);",
		"all",
	],
	labels: [
		"let n = 0, m = 0; outer: for (let i = 0; i < 4; i++) { for (;;) { n += 1; if (n % 2) continue outer; m += n; break outer } }",
		"[n, m]",
	],
	"closures that read": [
		"let n = 0, reads = []; const read = () => n; for (; n < 3; n++) reads.push(read());",
		"reads",
	],
	"closures that write": [
		"let n = 0, rounds = 0; const add = () => { n += 2 }; while (n < 9) { add(); rounds += 1 }",
		"[n, rounds]",
	],
	"closures made in the loop": [
		"let n = 0; const all = []; while (n < 3) { n += 1; all.push(() => n) }",
		"all.map((f) => f())",
	],
	"methods that write": [
		"let n = 0; const box = { get next() { n = n + 1; return n } }; let seen = []; while (n < 3) seen.push(box.next);",
		"seen",
	],
	"nested loops and conditions": [
		"let c = 0; if (true) for (let i = 0; i < 3; i++) for (let j = i; j < 3; j++) if (j % 2) c += j; else c -= 1;",
		"c",
	],
	"an error that leaves the loop": [
		"let n = 0; try { for (;;) if (++n > 3) throw new Error() } catch {}",
		"n",
	],
	"typeof, templates and computed names": [
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
		'let n = 0; const o = { a0: 1 }; let s = ""; for (; n < 2; n++) s += `${typeof n}${n}${o[`a${n}`]}`;',
		"[s, { [n]: n }]",
	],
};

suite("a loop leaves the variables as it does in a file", () => {
	for (const [name, [code, value]] of Object.entries(programs))
		test(name, async () => {
			const plain = new Function(`${code}; return ${value}`) as () => unknown;
			assert.equal(
				await result(`${code}; require("node:util").inspect(${value})`),
				inspect(inspect(plain())),
			);
		});
});

test("a loop's variables are copied, those that functions assign are not", () => {
	const code =
		"let a = 0, b = 0; const f = () => { b = 1 }; for (let i = 0; i < 3; i++) { a += b; f() }";
	assert.ok(copies(code, "a"));
	assert.ok(!copies(code, "b"));
	assert.ok(!copies("let a = 0; while (a < 3) { await 1; a++ }", "a"));
	assert.ok(!copies("let a = 0; while (a < 3) { eval('a = 9') }", "a"));
	assert.ok(!copies("let a = 0; for (const x of [1]) (a as number) = x", "x"));
});

test("functions of earlier cells see and change what a loop uses", async () => {
	await result("let shared = 0; function look() { return shared }");
	assert.equal(
		await result(
			"let looks = []; for (let i = 0; i < 3; i++) { shared += 1; looks.push(look()) } looks",
		),
		"[ 1, 2, 3 ]",
	);
	await result("function change() { later = 5 }; let later = 0");
	assert.equal(
		await result(
			"later = 0; let rounds = 0; while (later < 5) { change(); rounds++ } [later, rounds]",
		),
		"[ 5, 1 ]",
	);
	await result("function early() { return undeclared * 2 }");
	assert.equal(
		await result(
			"let undeclared = 0, sum = 0; while (undeclared < 3) { undeclared++; sum += early() } sum",
		),
		"12",
	);
});

test("a loop sees what code made of text assigns", async () => {
	for (const set of [
		"() => { eval('n = i') }",
		"() => { (0, eval)('n = i') }",
		"Function('n = i')",
		"function () { new Function('n = i')() }",
	]) {
		await result(`let n = 0, i = 0; const set = ${set}`);
		const loop =
			"n = 0; const seen = []; for (i = 1; i < 4; i++) { CALL; seen.push(n) } seen";
		assert.equal(await result(loop.replace("CALL", "set()")), "[ 1, 2, 3 ]");
		assert.equal(
			await result(loop.replace("CALL", `(${set})()`)),
			"[ 1, 2, 3 ]",
		);
	}
});

test("an interrupt in the middle of a loop loses no value", async () => {
	const going = notebook.printed(/go/);
	const running = notebook.execute(
		'let counted = 0; while (true) if (++counted === 1000) console.log("go");',
	);
	await going;
	notebook.engine.interrupt();
	assert.equal((await running).reply.status, "error");
	assert.equal(await result("counted >= 1000"), "true");
});

test("errors quote the names that the user wrote", async () => {
	await result("let thing = 5, nothing; const list = { push: 1 }");
	for (const [code, message] of [
		["for (;;) thing()", "TypeError: thing is not a function"],
		["while (true) list.push(2)", "TypeError: list.push is not a function"],
		["for (;;) new thing()", "TypeError: thing is not a constructor"],
		["for (;;) for (const a of thing);", "TypeError: thing is not iterable"],
		["for (;;) [...thing]", /thing/],
		["for (;;) { const { a } = nothing }", /of 'nothing' as it is undefined/],
		["for (;;) thing`x`", "TypeError: thing is not a function"],
	] as const) {
		const shown = await result(code);
		if (typeof message === "string") assert.equal(shown, message);
		else assert.match(shown, message);
		assert.doesNotMatch(shown, /__deepdiva__/);
	}
});
