// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code of cells
/**
 * Cells of every kind, and what each declares and uses: the one table behind the
 * tests of all that read cells. Each cell runs after `GIVEN`.
 */
export interface ScopeCase {
	/** Ends the sentence "it finds what … declares and uses". */
	readonly name: string;
	readonly code: string;
	/** Names under which later cells find a value, in their order. */
	readonly values: readonly string[];
	/** Names that are declared and have no value for later cells: types, `declare`, `using`. */
	readonly others: readonly string[];
	/** Names from outside that are read in the course of the cell. */
	readonly reads: readonly string[];
	/** Names from outside, or of the cell's top level, that its functions read whenever they are called. */
	readonly later: readonly string[];
	/** Names from outside that are assigned in the course of the cell. */
	readonly writes: readonly string[];
	/** Names from outside, or of the top level, that functions assign. */
	readonly laterWrites: readonly string[];
	/** Own names that are read in front of their declaration. */
	readonly early: readonly string[];
	/** Why it cannot be executed by itself. */
	readonly notRun?: string;
}

/** The cell before: values and types that the cases use. */
export const GIVEN = `
let a: any = 1, b: any = 2, c: any = 3;
let f: any = (...all: any[]) => all[0];
let list: any = [[1, 2], [3, 4]];
let o: any = { p: 1, q: { r: 2 }, dispose() {}, [Symbol.dispose]() {}, [Symbol.asyncDispose]: async () => {} };
class K { static s = 1; p = 1; m() { return 1; } }
enum G { one = 1 }
namespace N { export const y = 1; export namespace M { export const z = 2 } export type T = number }
interface T { p: number }
function d(..._: any[]): any { return (value: any) => value }
`;

type Expected = Partial<
	Record<
		| "values"
		| "others"
		| "reads"
		| "later"
		| "writes"
		| "laterWrites"
		| "early"
		| "notRun",
		string
	>
>;

const words = (text = "") => text.split(" ").filter((word) => word !== "");

const table: Readonly<Record<string, readonly [code: string, Expected]>> = {
	// Declarations
	"a constant": ["const x = a;", { values: "x", reads: "a" }],
	"a variable without a value": ["let x;", { values: "x" }],
	"several variables": [
		"let x = a, y = x, z;",
		{ values: "x y z", reads: "a" },
	],
	"a var": ["var x = 1; var x = 2;", { values: "x" }],
	"a typed variable": [
		"let x: T = { p: a }; let y!: T | typeof b;",
		{ values: "x y", reads: "a" },
	],
	"a destructured object": [
		"const { p, q: { r = a, s: z } = o, [f('k')]: k, ...rest } = o;",
		{ values: "p r z k rest", reads: "a o f" },
	],
	"a destructured array": [
		"const [[x, y = a], , z, ...rest] = list;",
		{ values: "x y z rest", reads: "a list" },
	],
	"typed destructuring": [
		"const { p }: { p: number } = o, [x]: number[][] = list;",
		{ values: "p x", reads: "o list" },
	],
	"a default value that needs a name of the same pattern": [
		"const { p, t = p } = o;",
		{ values: "p t", reads: "o" },
	],
	"a function": [
		"function g(x: number) { return x + a; }",
		{ values: "g", later: "a" },
	],
	"an async function and generators": [
		"async function g() { await a; } function* h() { yield b; } async function* i() { yield c; }",
		{ values: "g h i", later: "a b c" },
	],
	"a function used above its line": [
		"const x = g(); function g() { return a; }",
		{ values: "x g", later: "a" },
	],
	overloads: [
		"function g(x: string): string; function g(x: number): number; function g(x: any) { return x; }",
		{ values: "g" },
	],
	"a recursive function": [
		"function g(n: number): number { return n > 0 ? g(n - 1) : a; }",
		{ values: "g", later: "g a" },
	],
	"a class": [
		"class C { p = a; m() { return b; } }",
		{ values: "C", later: "a b" },
	],
	"a class with a parent": [
		"class C extends K { m() { return super.m() + a; } }",
		{ values: "C", reads: "K", later: "a" },
	],
	"an abstract class": [
		"abstract class C { abstract p: number; abstract m(): T; n() { return a; } }",
		{ values: "C", later: "a" },
	],
	"static members and static blocks": [
		"class C { static p = a; static { b; var x = 1; x; } static m() { return c; } }",
		{ values: "C", reads: "a b", later: "c" },
	],
	"a class that names itself": [
		"class C { static p: any = C; m() { return C; } }",
		{ values: "C" },
	],
	"computed names of members": [
		"class C { [f('x')] = 1; static [f('y')]() {} get [f('z')]() { return a; } }",
		{ values: "C", reads: "f", later: "a" },
	],
	"accessors and private members": [
		"class C { #p = a; get p() { return this.#p; } set p(v) { this.#p = v + b; } accessor q = c; }",
		{ values: "C", later: "a b c" },
	],
	"parameter properties": [
		"class C { constructor(private x = a, readonly y: T) {} }",
		{ values: "C", later: "a" },
	],
	"members that are only declared": [
		"class C { declare p: T; [key: string]: any; m?(): void; }",
		{ values: "C" },
	],
	decorators: ["@d() class C { @d(a) m() {} }", { values: "C", reads: "d a" }],
	"an enum": [
		"enum E { x, y = x + 1, z = G.one }",
		{ values: "E", reads: "G" },
	],
	"an enum with names in quotes": [
		"enum E { 'x' = 1, y = x, 'a-b' = 2 }",
		{ values: "E" },
	],
	"an enum declared twice": [
		"enum E { x = 1 } enum E { y = 2 }",
		{ values: "E" },
	],
	"an enum whose members are made of earlier ones": [
		"enum E { x = 10 } enum E { y = x + E.x + a }",
		{ values: "E", reads: "a" },
	],
	"a const enum": ["const enum E { x = 1 } E.x", { values: "E" }],
	"a namespace with inner names": [
		"namespace S { var inner = 1; let other = a; export const z = inner + other; function g() { return b; } }",
		{ values: "S", reads: "a", later: "b" },
	],
	"nested namespaces": [
		"namespace S.U { export const x = U, z = a; } namespace S { export namespace V { export const v = b; } }",
		{ values: "S", reads: "a b" },
	],
	"a namespace of types": [
		"namespace S { export type X = T; export interface Y {} }",
		{ values: "S" },
	],
	"a namespace that is a function, too": [
		"function g() {} namespace g { export const x = a; }",
		{ values: "g", reads: "a" },
	],
	"a namespace that makes one of its class": [
		"class C {} namespace C { export const x = new C(); }",
		{ values: "C" },
	],
	"classes and enums with namespaces": [
		"class C {} namespace C { export const x = 1; }",
		{ values: "C" },
	],
	"an alias of a namespace's member": [
		"import x = N.M.z;",
		{ values: "x", reads: "N" },
	],
	"a module by require": ["import x = require('node:path');", { values: "x" }],
	"a type of a module by require": [
		"import type x = require('node:path');",
		{ others: "x" },
	],
	using: ["using x = o; await using y = o; x;", { others: "x y", reads: "o" }],
	imports: [
		"import x, { sep, join as y } from 'node:path'; import * as z from 'node:os'; import 'node:fs';",
		{ values: "x sep y z" },
	],
	"imports of types": [
		"import type { X } from './none.ts'; import { type Y, sep } from 'node:path'; import type Z from './none.ts';",
		{ values: "sep", others: "X Y Z" },
	],
	"an import that is assigned to": [
		"import { sep } from 'node:path'; const x = sep;",
		{ values: "sep x" },
	],
	"exported declarations": [
		"export const x = a; export function g() { return b; } export class C {} export enum E { x } export type X = T; export interface Y {}",
		{ values: "x g C E", others: "X Y", reads: "a", later: "b" },
	],
	"names that are exported": [
		"const x = a; export { x, x as y, a as z }; export * from 'node:path'; export { sep } from 'node:path';",
		{ values: "x", reads: "a" },
	],
	"a default export": ["export default a + b;", { reads: "a b" }],
	"a function that is the default export": [
		"export default function g() { return a; }",
		{ values: "g", later: "a" },
	],
	"a default export without a name": [
		"export default class extends K { m() { return a; } }",
		{ reads: "K", later: "a" },
	],
	types: [
		"type X<U> = U extends infer V ? [V, T] : typeof a; interface Y extends T { q: X<T>; [f](): void }",
		{ others: "X Y" },
	],
	"a type and a value of one name": [
		"type x = T; const x = a; interface y {} function y() {}",
		{ values: "x y", reads: "a" },
	],
	"what is only declared": [
		"declare const x: T, y: typeof a; declare function g(z: T): typeof b; declare class C extends K {} declare enum E { e } declare namespace S { const s: T }",
		{ others: "x y g C E S" },
	],
	"a module that is only declared": [
		"declare module 'none' { export const x: T; } declare global { var y: T; }",
		{},
	],
	"a value of an earlier cell that is declared for its type": [
		"declare const a: number; const x = a;",
		{ values: "x", others: "a", reads: "a" },
	],
	// Blocks
	"let in a block": [
		"let x = 1; { let x = a; const y = x; class C {} x + y; }",
		{ values: "x", reads: "a" },
	],
	"a var in a block": [
		"if (a) { var x = b; } else { var y = c; }",
		{ values: "x y", reads: "a b c" },
	],
	"a var in try, switch, label and loop": [
		"try { var t = 1; } catch { var u = 2; } finally { var v = 3; } switch (a) { case 1: var w = 4; } label: { var x = 5; } do { var y = 6; } while (0); with_: for (;;) { var z = 7; break with_; }",
		{ values: "t u v w x y z", reads: "a" },
	],
	"a destructured var in a block": [
		"{ var { p, q: [x] = [a] } = { p: b } as any; }",
		{ values: "p x", reads: "a b" },
	],
	"a var in a function": [
		"function g() { var x = a; return x; }",
		{ values: "g", later: "a" },
	],
	"a function in a block, which stays there": [
		"{ function g() { return a; } g(); }",
		{ later: "a" },
	],
	"an inner name that hides an outer one only in its block": [
		"{ const a = 1; a; } a;",
		{ reads: "a" },
	],
	"switch cases that share their names": [
		"switch (f(1)) { case a: let x = 1; break; default: const y = b; y; }",
		{ reads: "f a b" },
	],
	"a catch parameter": [
		"try { throw a; } catch (x) { x; } try {} catch ({ message, cause = b }) { message; cause; }",
		{ reads: "a b" },
	],
	"a catch parameter by the name of a var": [
		"try { throw a; } catch (x) { var x: any = b; }",
		{ values: "x", reads: "a b" },
	],
	"a block that reads a later name": [
		"{ f(() => x); } const x = 1;",
		{ values: "x", reads: "f", later: "x" },
	],
	// Loops
	"the let of a loop": [
		"for (let i = a, n = b; i < n; i++) { const x = i; x; }",
		{ reads: "a b" },
	],
	"the var of a loop": [
		"for (var i = 0, n = a; i < n; i++) { var x = i; }",
		{ values: "i n x", reads: "a" },
	],
	"a loop over values": [
		"for (const x of list) x; for (var [y, z = a] of list); for (const k in o) k;",
		{ values: "y z", reads: "list a o" },
	],
	"a loop that assigns an outer name": [
		"for (a of [1, 2]); for (b in o); for ([a, b = c] of list); for (o.p of [1]);",
		{ reads: "o c list", writes: "a b" },
	],
	"closures in a loop": [
		"const all: any[] = []; for (let i = 0; i < 2; i++) all.push(() => i + a);",
		{ values: "all", later: "a" },
	],
	"a loop over what its own variable was": [
		"for (var a of f([a])) a;",
		{ values: "a", reads: "f", early: "a" },
	],
	"a loop that waits": [
		"for await (const x of list) { x; await a; }",
		{ reads: "list a" },
	],
	"while loops": [
		"let n = 0; while (n < a) n++; do { n -= 1; } while (n > b);",
		{ values: "n", reads: "a b" },
	],
	labels: [
		"outer: for (const x of list) { inner: for (;;) { if (a) continue outer; break inner; } }",
		{ reads: "list a" },
	],
	// Assignments
	"an assignment": ["a = b;", { reads: "b", writes: "a" }],
	"assignments with an operator": [
		"a += b; b ??= 1; c **= 2;",
		{ reads: "a b c", writes: "a b c" },
	],
	updates: ["a++; --b;", { reads: "a b", writes: "a b" }],
	"a pattern that assigns": [
		"({ p: a, q: { r: b = f(1) } } = o); [c, ...list] = [1, 2];",
		{ reads: "o f", writes: "a b c list" },
	],
	"shorthand that assigns": [
		"({ a, b = c } = { a: 1 } as any);",
		{ reads: "c", writes: "a b" },
	],
	"an assignment to members": [
		"o.p = a; o[b] = c; [o.x, o[f('y')]] = [1, 2]; o.p++; delete o.z;",
		{ reads: "o a b c f" },
	],
	"an assignment under a cast": [
		"(a as any) = 1; (b!) = 2; (<any>c)++;",
		{ reads: "c", writes: "a b c" },
	],
	"an assignment to a class that is taken for its name": [
		"class C {} const x = C;",
		{ values: "C x" },
	],
	"an own variable that is assigned again": [
		"let x = a; x = b; x += c;",
		{ values: "x", reads: "a b c" },
	],
	"an assignment in a condition": [
		"if ((a = f(0)) && (b ||= 1)) c = 1;",
		{ reads: "f b", writes: "a b c" },
	],
	"functions that assign": [
		"let x = 0; function g() { x++; a = b; let c = 1; c = 2; } const h = () => { ({ p: b } = o); };",
		{ values: "x g h", later: "x b o", laterWrites: "x a b" },
	],
	"static blocks that assign": [
		"class C { static { a = 1; } p = (b = 2); }",
		{ values: "C", writes: "a", laterWrites: "b" },
	],
	// Reading
	"members and properties": [
		"const x = { p: a, q, [b]: 1, m() { return c; }, get r() { return f(1); }, ...o }; var q = x.a.b?.c;",
		{
			values: "x q",
			reads: "a b o",
			later: "c f",
			early: "q",
			notRun: "its member is missing",
		},
	],
	"shorthand properties": [
		"const x = { a, b };",
		{ values: "x", reads: "a b" },
	],
	"templates and tags": [
		"const x = `${a} ${`${b}`}`; f`${c}`;",
		{ values: "x", reads: "a b f c" },
	],
	typeof: [
		"const x = typeof a === 'number', y: typeof b = 2; typeof undeclared;",
		{ values: "x y", reads: "a undeclared" },
	],
	"optional chains and calls": [
		"f?.(a)?.b?.[c]; new K().m();",
		{ reads: "f a c K" },
	],
	casts: [
		"const x = <T>a as unknown as typeof b, y = c! satisfies T | any, z = f<T>;",
		{ values: "x y z", reads: "a c f" },
	],
	spread: [
		"const x = [...list, ...f(list)], y = { ...o }; f(...list);",
		{ values: "x y", reads: "list f o" },
	],
	"sequences, conditions and logic": [
		"const x = (a, b) ? c : f(1) ?? o; void K; !d;",
		{ values: "x", reads: "a b c f o K d" },
	],
	awaits: [
		"const x = await f(a); await Promise.all([b]);",
		{ values: "x", reads: "f a Promise b" },
	],
	"dynamic imports": [
		"const x = await import(`node:${f('path')}`);",
		{ values: "x", reads: "f" },
	],
	"import.meta and new.target": [
		"const x = import.meta.url; function g() { return new.target; }",
		{ values: "x g" },
	],
	"this and super": [
		"class C extends K { m() { return this.p + super.m(); } } this;",
		{ values: "C", reads: "K" },
	],
	"regular expressions": [
		"const x = /a(?<b>c)/u.exec('a')?.groups?.b;",
		{ values: "x" },
	],
	"throw, debugger and empty statements": [
		"if (a > 9) throw b; ; {}",
		{ reads: "a b" },
	],
	"numbers to powers": [
		"const x = a ** b ** 2;",
		{ values: "x", reads: "a b" },
	],
	// Reading in front of the declaration
	"a name that is read before it is declared": [
		"const y = f(a); let a = y + 1;",
		{ values: "y a", reads: "f", early: "a" },
	],
	"a name that is declared by its own value": [
		"let a = a + 1;",
		{ values: "a", early: "a" },
	],
	"a var that is read before it is declared": [
		"const y = b; if (y) { var b: any = 1; }",
		{ values: "y b", early: "b" },
	],
	"a name that only a function reads before it is declared": [
		"const g = () => a; const a = 1; g();",
		{ values: "g a", later: "a" },
	],
	"a class that is used before it is declared": [
		"const x = f(K); class K extends (f(Object) as any) {}",
		{ values: "x K", reads: "f Object", early: "K" },
	],
	// Functions
	"arrow functions": [
		"const g = (x: number) => x + a, h = async () => { await b; };",
		{ values: "g h", later: "a b" },
	],
	"default values of parameters": [
		"function g(x = a, { y = b, z = x } = o, ...rest: any[]) { return [y, z, rest]; }",
		{ values: "g", later: "a b o" },
	],
	"a parameter's default that an inner var does not hide": [
		"function g(x = a) { var a = 1; return x + a; }",
		{ values: "g", later: "a" },
	],
	"a default value that reads an outer name of the function's own name": [
		"const g = function h(n: number): number { return n ? h(n - 1) : a; };",
		{ values: "g", later: "a" },
	],
	"a typed this": [
		"function g(this: T, x: T) { return this.p + x.p + a; }",
		{ values: "g", later: "a" },
	],
	arguments: [
		"function g() { return arguments.length + (() => arguments[0])(); }",
		{ values: "g" },
	],
	"parameters that hide outer names": [
		"const g = (a: number, [b]: number[], { c }: any) => a + b + c; g(1, [2], {});",
		{ values: "g" },
	],
	"functions in functions": [
		"function g() { const x = 1; return () => { const y = x + a; return function z() { return x + y + b; }; }; }",
		{ values: "g", later: "a b" },
	],
	"a function that is called at once": [
		"(() => { const x = a; x; })(); (function g() { b; })();",
		{ later: "a b" },
	],
	"methods of objects": [
		"const x = { m() { return a; }, get p() { return b; }, set p(v) { v; }, async *g() { yield c; } };",
		{ values: "x", later: "a b c" },
	],
	generics: [
		"function g<X extends T, Y = X>(x: X): Y { const y: X = x; return y as any; } g<T, T>(a);",
		{ values: "g", reads: "a" },
	],
	"type guards": [
		"function g(x: any): x is T { return 'p' in x; } function h(x: any): asserts x is T {}",
		{ values: "g h" },
	],
	"a class expression": [
		"const C = class D extends K { m() { return D; } };",
		{ values: "C", reads: "K" },
	],
	"a class in a function": [
		"function g() { class C { p = a; } return new C(); }",
		{ values: "g", later: "a" },
	],
	"an inner function that hides an outer one": [
		"function g() { return f(1); function f(x: any) { return x + a; } }",
		{ values: "g", later: "a" },
	],
	"a name that is local in one place and outer in another": [
		"const g = (a: number) => a, h = () => a;",
		{ values: "g h", later: "a" },
	],
	"types within functions": [
		"function g() { type X = T; interface Y extends X {} enum E { e = a } let x: X | Y = o; return [x, E.e]; }",
		{ values: "g", later: "a o" },
	],
	// Types only
	"uses as types alone": [
		"let x: K | G.one | N.T | typeof a | Map<T, typeof o.p> | undefined; function g<X>(y: keyof typeof o): void {}",
		{ values: "x g" },
	],
	"mapped, conditional and function types": [
		"type X = { [P in keyof T]: T[P] }; type Y = (a: T, ...b: T[]) => typeof a; type Z = new (c: T) => T; type W = `${X & string}`;",
		{ others: "X Y Z W" },
	],
	"implemented interfaces": [
		"class C implements T { p = a; }",
		{ values: "C", later: "a" },
	],
	"tuples and imports of types": [
		"type X = [a: T, b?: number, ...c: T[]]; type Y = import('node:path').ParsedPath; type Z = typeof import('node:path');",
		{ others: "X Y Z" },
	],
	// JSX
	elements: [
		"const x = <K.s p={a} {...o}>{b}<div c={c} /></K.s>;",
		{
			values: "x",
			reads: "K a o b c",
			notRun: "no package has the runtime of JSX",
		},
	],
	"elements by their components": [
		"const D = () => <p>{a}</p>; const x = <D />, y = <><o.p /></>;",
		{
			values: "D x y",
			reads: "o",
			later: "a",
			notRun: "no package has the runtime of JSX",
		},
	],
	// Globals
	globals: [
		"const x = Math.max(Number(a), globalThis.NaN); console.log;",
		{ values: "x", reads: "Math Number a globalThis console" },
	],
	"a global that the cell hides": [
		"const performance = a; performance;",
		{ values: "performance", reads: "a" },
	],
	"a local name that hides a global": [
		"const g = (performance: any) => performance;",
		{ values: "g" },
	],
	eval: ["const x = eval('1'); x;", { values: "x", reads: "eval" }],
	nothing: ["// only a comment", {}],
};

export const scopeCases: readonly ScopeCase[] = Object.entries(table).map(
	([name, [code, expected]]) => ({
		name,
		code,
		values: words(expected.values),
		others: words(expected.others),
		reads: words(expected.reads),
		later: words(expected.later),
		writes: words(expected.writes),
		laterWrites: words(expected.laterWrites),
		early: words(expected.early),
		...(expected.notRun === undefined ? {} : { notRun: expected.notRun }),
	}),
);
