import { shortened } from "../../base/text-width.ts";
import { locate } from "../compile/syntax.ts";
import type { ParseError } from "../parse.ts";
import { codeOnly } from "./code-only.ts";

interface Habit {
	/** Found in a line that is no TypeScript; its texts are blank there. */
	readonly python: RegExp;
	/** What it is in TypeScript. */
	readonly typescript: string;
	/** Its words may stand in the text of an element, too. */
	readonly isProse?: boolean;
	/** What does not parse may be the line below. */
	readonly fromAbove?: boolean;
}

/** The head of a block: a colon ends it. */
const head = (start: string) =>
	new RegExp(`^\\s*(?:${start})\\s*:\\s*(?:#.*)?$`);

/** The same, or a block of one line. */
const block = (start: string) =>
	new RegExp(`^\\s*(?:${start})[^?{}]*:[^?:{}]*(?:#.*)?$`);

/** Refuses `if (…) statement`, which is TypeScript: in Python what follows the parentheses goes on with the condition. */
const STATEMENT = String.raw`(?!\s*\(.*\)\s*(?!(?:and|or|is|in|not|if|else|for)\b)[A-Za-z_$"'])`;

/** The first that fits is told. */
const HABITS: readonly Habit[] = [
	{
		python: /^\s*(?:async\s+)?def\s+\w+\s*\(/,
		typescript: "function name(x) { … }",
	},
	{
		python: block(String.raw`for\s+\w+\s+in\s+range\b`),
		typescript: "for (let i = 0; i < n; i++) { … }",
	},
	{
		python: block(String.raw`(?:async\s+)?for\s+[\w\s,*]+\s+in\b`),
		typescript: "for (const x of list) { … }",
	},
	{
		python: /^\s*import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+)*\s*(?:#.*)?$/,
		typescript: 'import * as name from "package"',
		fromAbove: true,
	},
	{
		python: /^\s*from\s+[\w.]+\s+import\b/,
		typescript: 'import { name } from "package"',
	},
	{
		python: block(String.raw`elif\b`),
		typescript: "else if (condition) { … }",
	},
	{
		python: block(String.raw`(?:if|while)\b${STATEMENT}`),
		typescript: "if (condition) { … }, while (condition) { … }",
	},
	{ python: head("else|finally"), typescript: "else { … }, finally { … }" },
	{
		python: head(String.raw`try|except\b[\w\s,.()]*`),
		typescript: "try { … } catch (error) { … }",
	},
	{
		python: head(String.raw`(?:async\s+)?with\s[^{}]+`),
		typescript: "using name = …, or try { … } finally { … }",
	},
	{
		python: head(String.raw`class\s+\w+(?:\s*\([\w\s,.=]*\))?`),
		typescript: "class Name extends Base { … }",
	},
	{ python: /\blambda\s+\w[\w*,\s=]*:/, typescript: "(x) => x + 1" },
	{
		python: /(?:^|\s)for\s+\w[\w\s,]*\s+in\s/,
		typescript: "list.filter((x) => …).map((x) => …)",
		isProse: true,
	},
	{
		python: /(?<![\w$.)\]])(?:f|fr|rf)["']/i,
		typescript: ["`text $", "{value}`"].join(""),
	},
	{
		python: /(?<![\w$.)\]])(?:r|b|u|rb|br)["']/i,
		typescript: "String.raw`text`, or new TextEncoder().encode(text)",
	},
	{ python: /"""|'''/, typescript: "`text`, which may have several lines" },
	{
		python: /^#|^\s+#(?:\s|\w+\s+\w)|\s#\s/,
		typescript: "// a comment",
		isProse: true,
	},
	{ python: /^\s*raise\b/, typescript: 'throw new Error("…")' },
	{ python: /^\s*assert\s+\w/, typescript: "console.assert(condition)" },
	{ python: /^\s*del\s+\w/, typescript: "delete object.key" },
	{
		python: /^\s*(?:global|nonlocal)\s+\w/,
		typescript: "nothing: functions assign outer variables without a word",
	},
	{ python: /^\s*print\s+["'\w]/, typescript: "console.log(value)" },
	{
		python: /^(?!.*\belse\s+if\b)[^;{}]*[^\s;{}]\s+if\s[^;{}]+\selse\s[^;{}]+$/,
		typescript: "condition ? one : other",
		isProse: true,
	},
	{
		python: /\bis\s+(?:not|None|True|False)\b|\bnot\s+in\s/,
		typescript: "===, !== and list.includes(x)",
		isProse: true,
	},
	{
		python: /(?:^|[\s(=])not\s+\w|[^\s,]\s+(?:and|or)\s+\S/,
		typescript: "!, && and ||",
		isProse: true,
	},
	{
		python: /[\w\])]\[[^\]{}?]*:[^\]{}?]*\]/,
		typescript: "list.slice(from, to)",
	},
	{ python: /\w\s*:=/, typescript: "(name = value)" },
	{
		python: /[(,]\s*\*\*?\w+\s*[,)]/,
		typescript: "...list, and one object for named arguments",
	},
];

/** Names of Python for what TypeScript writes otherwise; none that a variable might well have. */
const NAMES: Readonly<Record<string, string>> = {
	print: "console.log(value)",
	True: "true",
	False: "false",
	None: "null or undefined",
	len: "list.length",
	range: "Array.from({ length: n }, (_, i) => i)",
	str: "the type string, or String(value)",
	int: "the type number, or Math.trunc(value)",
	float: "the type number, or Number(value)",
	bool: "the type boolean, or Boolean(value)",
	enumerate: "list.entries()",
	zip: "list.map((x, i) => [x, other[i]])",
	sorted: "list.toSorted()",
	reversed: "list.toReversed()",
	isinstance: "value instanceof Class",
	abs: "Math.abs(x)",
	round: "Math.round(x)",
	pass: "{ }, a block with nothing in it",
};

/** A line of the user's may be long. */
const SHOWN = 60;

/** A line that may have an element of JSX in it, and code that surely has. */
const TAG = /<\/?[A-Za-z>]/;
const CLOSING_TAG = /<\/[A-Za-z>]|\/>/;
const IN_CLASS = /\bclass\b(?:(?!\bclass\b)[^{}:;])*\{/;
const HEAD_ABOVE = /:\s*(?:#.*)?$/;

/** Longer cells and lines are not looked into: they are data, or nobody typed them. */
const MOST_CHARACTERS = 10_000;
const MOST_IN_LINE = 300;

/** Is it Python, what does not parse? The line with the error, or the head of a block above it. */
export function pythonRefused(
	source: string,
	{ labels }: ParseError,
): { message: string; labels: readonly { start: number }[] } | undefined {
	if (source.length > MOST_CHARACTERS) return undefined;
	const at = Math.max(0, ...labels.map(({ start }) => start));
	const code = codeOnly(source);
	const lines = code.split("\n");
	const { line } = locate(source, at);
	for (const number of [line, line - 1]) {
		const above = lines.slice(0, number - 1).join("\n");
		const bare = lines[number - 1] ?? "";
		if (bare.length > MOST_IN_LINE) continue;
		const text = IN_CLASS.test(above) ? bare.replace(/#(?=[\w$])/g, "_") : bare;
		const habit = HABITS.find(
			({ python, isProse = false, fromAbove = false }) =>
				python.test(text) &&
				!(isProse && (TAG.test(text) || CLOSING_TAG.test(code))) &&
				(number === line || fromAbove || HEAD_ABOVE.test(text)),
		);
		if (!habit) continue;
		const start = above.length + (number > 1 ? 1 : 0);
		const shown = source.slice(start, start + bare.length).trim();
		return {
			message: `this is a TypeScript kernel, and \`${shortened(shown, SHOWN)}\` is Python; in TypeScript: ${habit.typescript}`,
			labels: [{ start }],
		};
	}
	return undefined;
}

/** What to write for a name that is not defined, where Python has one such. */
export const pythonName = (name: string): string | undefined =>
	Object.hasOwn(NAMES, name)
		? `this is a TypeScript kernel; what Python writes as ${name} is ${NAMES[name]}`
		: undefined;
