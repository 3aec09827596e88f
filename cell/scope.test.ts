import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
	analyseScope,
	type CellScope,
	isEarly,
	isFree,
	isLater,
	type Reference,
} from "./scope.ts";
import { parseSource } from "./syntax.ts";
import { scopeCases } from "./test-scope-cases.ts";

function analyse(code: string): CellScope {
	const { program, errors } = parseSource(code);
	assert.deepEqual(errors, []);
	return analyseScope(program);
}

const names = (references: readonly Reference[]) => [
	...new Set(references.map(({ name }) => name)),
];
const sorted = (list: readonly string[]) => [...list].sort();

suite("the analysis of a cell finds what is declared and used by", () => {
	for (const one of scopeCases)
		test(one.name, () => {
			const scope = analyse(one.code);
			const { values, declarations, shared } = scope;
			const used = shared.filter(
				({ meaning }) => meaning === "value" || meaning === "export",
			);
			const reads = used.filter((use) => use.reads);
			const writes = used.filter((use) => use.writes && !use.initializes);
			assert.deepEqual(
				{
					values: [...values.keys()],
					others: [...declarations.keys()].filter((name) => !values.has(name)),
					reads: sorted(
						names(reads.filter((use) => isFree(use) && !isLater(use))),
					),
					later: sorted(names(reads.filter(isLater))),
					writes: sorted(
						names(writes.filter((use) => isFree(use) && !isLater(use))),
					),
					laterWrites: sorted(names(writes.filter(isLater))),
					early: names(shared.filter((use) => isEarly(use, scope))),
				},
				{
					values: one.values,
					others: one.others,
					reads: sorted(one.reads),
					later: sorted(one.later),
					writes: sorted(one.writes),
					laterWrites: sorted(one.laterWrites),
					early: one.early,
				},
			);
		});
});

test("each name has its kind, its meanings and its place", () => {
	const code =
		"import a, { type b } from 'm'; import c = require('m');\nvar d; let e; const f = 1; using g = h;\nfunction i() {} class j {} enum k {} const enum l {} namespace m {}\ninterface n {} type o = n; declare const p: n;";
	const found = [...analyse(code).declarations.values()].map(
		([first]) =>
			first &&
			`${first.name} ${first.kind} ${first.meanings} ${code.slice(first.id.start).startsWith(first.name)}`,
	);
	assert.deepEqual(found, [
		"a import 7 true",
		"b import type 7 true",
		"c import = 7 true",
		"d var 1 true",
		"e let 1 true",
		"f const 1 true",
		"g using 1 true",
		"i function 1 true",
		"j class 3 true",
		"k enum 7 true",
		"l const enum 7 true",
		"m namespace 5 true",
		"n interface 2 true",
		"o type 2 true",
		"p const 1 true",
	]);
});

test("a name in a type means what is declared in that meaning", () => {
	const { references } = analyse(
		"type x = 1; { const x = 2; let y: x; let z: typeof x; }",
	);
	assert.deepEqual(
		references
			.filter(({ name, reads }) => name === "x" && reads)
			.map(({ meaning, declaredIn }) => `${meaning} ${declaredIn?.kind}`),
		["type cell", "query block"],
	);
});
