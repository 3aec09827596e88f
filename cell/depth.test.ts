import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { assertProportional } from "../base/test-growth.ts";
import { openStream } from "../experiment/random/stream.ts";
import { TOO_DEEP, tooDeepAt } from "./depth.ts";
import { parseCode } from "./parse.ts";
import { parseSource } from "./syntax.ts";
import { descendants } from "./tree.ts";

const ts = { jsx: false };
const tsx = { jsx: true };

/** Some parts take a parser so little deeper that 20,000 of them are let pass. */
const DEEP_LEVELS = 25_000;

/** Code that is `levels` deep. */
type Shape = (levels: number) => string;

const around =
	(open: string, inner: string, close: string, before = ""): Shape =>
	(levels) =>
		before + open.repeat(levels) + inner + close.repeat(levels);

/** What ends oxc's process at some thousand levels, and its unclosed and mixed relatives. */
const DEEP: Readonly<Record<string, Shape>> = {
	"square brackets": around("[", "", "]"),
	"square brackets, unclosed": around("[", "", ""),
	"parentheses, unclosed": around("(", "", ""),
	braces: around("{", "", "}"),
	"mixed brackets, unclosed": around("[{a:(", "", ""),
	objects: around("{a:", "1", "}", "x="),
	calls: around("f(", "", ")"),
	indices: around("a[", "1", "]"),
	templates: around("`${", "1", "}`"),
	"templates, unclosed": around("`${", "", ""),
	"else if": around("if(a){}else ", ";", ""),
	"else if without braces": around("if(a)b;else ", ";", ""),
	"else if on lines of their own": around("if(a) b()\nelse ", "c()", ""),
	if: around("if(a)", ";", ""),
	"for, on lines of their own": around("for(;;)\n", ";", ""),
	do: around("do ", ";", ""),
	labels: around("a:", ";", ""),
	sums: around("", "a", "+a"),
	"sums on lines of their own": around("", "a", "\n+a"),
	powers: around("", "a", "**a"),
	comparisons: around("", "a", "<a"),
	assignments: around("a=", "1", ""),
	conditions: around("a?b:", "c", ""),
	"conditions with a property called case": around("a?b.case:", "c", ""),
	negations: around("!", "a", ""),
	signs: around("- ", "a", ""),
	typeof: around("typeof ", "a", ""),
	await: around("await ", "a", ""),
	"new": around("new ", "a", ""),
	arrows: around("a=>", "1", ""),
	"async arrows": around("async a=>", "1", ""),
	"bodies of arrows": around("()=>{", "", "}"),
	members: around("", "a", ".b"),
	"optional members": around("", "a", "?.b"),
	methods: around("", "a", ".b()"),
	"tagged templates": around("", "a", "``"),
	"non-null marks": around("", "a", "!"),
	as: around("", "a", " as b"),
	"type arguments": around("A<", "a", ">", "type A="),
	"type arguments, unclosed": around("A<", "", "", "f<"),
	"parentheses of types": around("(", "a", ")", "type A="),
	"array types": around("", "", "[]", "type A=a"),
	"function types": around("()=>", "a", "", "type A="),
	"conditional types": around("a extends b?c:", "d", "", "type A="),
	keyof: around("keyof ", "a", "", "type A="),
	"template types": around("`${", "b", "}`", "type A="),
	casts: around("<a>", "b", ""),
	functions: around("function f(){", "", "}"),
	classes: around("class A{static{", "", "}}"),
	"classes that extend classes": around("class A extends ", "B", "{}"),
	"decorators of classes in decorators": around("@(class{", "", "})"),
	defaults: around("(a=", "1", ")=>1"),
	patterns: around("[", "a", "]=1", "let "),
	namespaces: around("namespace a{", "", "}"),
	"behind a regular expression with a quote": (n) => `/"/; ${"[".repeat(n)}`,
	"behind a regular expression behind a block": (n) =>
		`{} /"/; ${"[".repeat(n)}`,
	"behind a regular expression with a backquote": (n) =>
		`if (a) /\`/.b; ${"[".repeat(n)}`,
	"between what only looks like a regular expression": (n) =>
		`a! / ${"(".repeat(n)}/ b`,
	"behind a division": (n) => `{} a++ / 2; "/"; ${"(".repeat(n)}`,
	"behind a comment that ends at a rare line break": (n) =>
		`// \u2028${"[".repeat(n)}`,
	"closed by brackets in texts alone": around(`["]",`, "", ""),
};

const DEEP_WITH_TAGS: Readonly<Record<string, Shape>> = {
	elements: around("<a>", "", "</a>"),
	"elements, unclosed": around("<a>", "", ""),
	attributes: around("<a b={", "1", "}/>"),
	"behind an apostrophe between tags": (n) => `<a>don't</a>; ${"[".repeat(n)}`,
	"behind a backquote between tags": (n) => `<a>\`</a>; ${"[".repeat(n)}`,
	"behind slashes between tags": (n) => `<a>//</a>; ${"[".repeat(n)}`,
	"behind an attribute that ends in a backslash": (n) =>
		`<a b="\\"/>; ${"[".repeat(n)}`,
};

suite("code that would end the parser's process is refused before:", () => {
	for (const [shapes, options] of [
		[DEEP, ts],
		[DEEP, tsx],
		[DEEP_WITH_TAGS, tsx],
	] as const)
		for (const [name, shape] of Object.entries(shapes))
			test(`${name}${options.jsx ? ", with JSX" : ""}`, () => {
				assert.notEqual(tooDeepAt(shape(DEEP_LEVELS), options), undefined);
			});
});

suite("deep code of honest people passes:", () => {
	const many = (n: number, line: (index: number) => string) =>
		Array.from({ length: n }, (_, index) => line(index)).join("");
	for (const [name, code] of Object.entries({
		"data 200 deep": `x = ${'{"a": ['.repeat(100)}${"]}".repeat(100)}`,
		"a sum of 10,000 terms": `x = a${" + b".repeat(10_000)}`,
		"a text of 5,000 parts": `x = ""${' +\n"(" + f(1)'.repeat(2500)}`,
		"4,000 times else if": `if (a) {}${" else if (b === 1) { c = 2; }".repeat(4000)}`,
		"4,000 times else if, without braces": `if (a) b = 1;${" else if (b === 1) c = 2;".repeat(4000)}`,
		"a chain of 5,000 calls": `a${"\n.b(1)".repeat(5000)}`,
		"20,000 lines without semicolons": many(
			20_000,
			(i) => `x${i} = a ? b : c\nif (x${i}) f(x${i})\n`,
		),
		"20,000 elements": `[${"-1.5, ".repeat(20_000)}]`,
		"texts with brackets": `[${'":(", "[", `(`, '.repeat(2000)}]`,
		"comments with brackets": "// ((( [[[ {{{\n/* ((( */\n".repeat(2000),
		"regular expressions with brackets": "/[(]\\(/.test(a);\n".repeat(2000),
		"2,000 cases": `switch (a) {${many(2000, (i) => `case ${i}: b = ${i}; break;\n`)}}`,
	}))
		test(name, () => {
			assert.equal(tooDeepAt(code, ts), undefined);
			assert.deepEqual(parseSource(code).errors, []);
		});

	test("this project's own files, and elements with text between them", () => {
		const root = fileURLToPath(new URL("../", import.meta.url));
		for (const file of globSync(`${root}{cell,kernel,magics,training}/**/*.ts`))
			assert.equal(tooDeepAt(readFileSync(file, "utf8"), ts), undefined, file);
		const item = `<li title="it's">don't worry (much), it is {a} // fine</li>\n`;
		assert.equal(tooDeepAt(`<ul>${item.repeat(300)}</ul>`, tsx), undefined);
	});
});

test("however quotes, slashes and tags are mixed in front of deep code, it is found to be deep", () => {
	const pieces =
		// biome-ignore lint/suspicious/noTemplateCurlyInString: pieces of code
		"'|\"|`|/|//|/*|*/|${|}|{|(|)|[|]|<a>|</a>|<a/>|<a b='|\\|\n|\r\n|\u2028|a|1|;|,|=|=>|!|++|return |if(a)|else |x<y|<|>|?|:|.|+|case |/[/]/|/'/|/`/|/\\//|``|`${a}`|a!|as b|f<T>()|a?.b|//c\n|/*c*/|{a}|don't|#|@".split(
			"|",
		);
	const stream = openStream("nesting", "pieces");
	const some = (most: number) =>
		Array.from(
			{ length: Math.floor(stream.next() * (most + 1)) },
			() => pieces[Math.floor(stream.next() * pieces.length)],
		).join("");
	const deep = around("[", "", "]")(510);
	let parsed = 0;
	for (let round = 0; round < 12_000; round++) {
		const [before, behind] = [some(8), some(4)];
		const jsx = round % 2 === 0;
		const lang = jsx ? "tsx" : "ts";
		const { program } = parseSync(
			`cell.${lang}`,
			`${before}[[7777]]${behind}`,
			{
				lang,
				sourceType: "module",
			},
		);
		const nodes = [...descendants(program.body)];
		// Only what the parser takes as code can end it.
		if (!nodes.some((node) => "value" in node && node.value === 7777)) continue;
		parsed++;
		assert.notEqual(
			tooDeepAt(before + deep + behind, { jsx }),
			undefined,
			JSON.stringify({ round, before, behind, lang }),
		);
	}
	assert.ok(parsed > 200, `only ${parsed} were code`);
});

test("measuring takes time in proportion to the code, whatever that is", () => {
	for (const piece of [
		"/[",
		"/*",
		"`",
		"'\"",
		"<a>'",
		"<\n",
		"}/x/\na/`}",
		" ",
		"\\",
		"${",
		"a/b\n",
	])
		for (const options of [ts, tsx])
			assertProportional(
				(length) => tooDeepAt(piece.repeat(length / piece.length), options),
				JSON.stringify({ piece, ...options }),
			);
});

test("the error says where the code is too deep, and what to do", () => {
	const { errors, program } = parseCode("cell.ts", `a;\n${"[".repeat(10_000)}`);
	assert.deepEqual(
		errors.map(({ message, labels: [label] }) => [message, label?.start]),
		[[TOO_DEEP, 504]],
	);
	assert.deepEqual(program.body, []);
	assert.match(TOO_DEEP, /500 brackets .*; compute it in steps/);
});

test("thousands of errors in one line do not end the process that parses it, and one is told", () => {
	const many = parseCode("cell.ts", "let await;".repeat(3000), {
		sourceType: "module",
		lang: "ts",
	});
	assert.equal(many.errors.length, 1);
	assert.ok(many.errors[0]);
	const one = parseCode("cell.ts", `[${"1, ".repeat(12_000)}`, { lang: "ts" });
	assert.match(one.errors[0]?.message ?? "", /Expected/);
	const honest = parseCode("cell.ts", `[${"1, ".repeat(12_000)}]`, {
		lang: "ts",
	});
	assert.deepEqual(honest.errors, []);
	assert.equal(honest.program.body.length, 1);
});

test("oxc's parser is called by the one file that measures code first, and its process apart", () => {
	const root = fileURLToPath(new URL("../", import.meta.url));
	const callers = globSync(
		`${root}{base,cell,cli,experiment,formats,kernel,magics,training,widgets}/**/*.ts`,
	).filter(
		(file) =>
			!file.endsWith(".test.ts") &&
			/\bparseSync\(/.test(readFileSync(file, "utf8")),
	);
	assert.deepEqual(callers.sort(), [
		`${root}cell/parse-apart.ts`,
		`${root}cell/parse.ts`,
	]);
});
