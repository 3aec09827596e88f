import {
	boundNames,
	declaredAnywhere,
	isNode,
	type Node,
	walk,
} from "../../cell/syntax.ts";
import { isFunction, references } from "../../cell/usage.ts";
import {
	definedCode,
	mayDefine,
	mayUseDefinitions,
	runsDefinedCode,
} from "./defined-runs.ts";
import {
	effectsOf,
	type Names,
	readByFunctions,
	replacedNames,
	WORLD,
} from "./effects.ts";
import { PureCalls } from "./pure-calls.ts";
import type { Piece } from "./translate.ts";

/** What becomes of a cell when only one run is wanted. */
export type Kept = "whole" | "imports" | "nothing";

/**
 * What the last of these cells needs of those before it: a backward slice over
 * whole cells. A cell stays when it writes a name that is needed, or may change
 * what a needed name holds (through an alias, a function or an array, too), or
 * the world outside: the seed, globals, the folder, files. What is known only to
 * read (printing, pictures, TensorFlow.js on tensors, runs that keep to
 * themselves) goes. In doubt a cell stays.
 */
export function slice(pieces: readonly Piece[]): Kept[] {
	const names = namesOf(pieces);
	const own = pieces.map((piece) => effectsOf(piece, names));
	const defined = definedCode(pieces, own);
	const effects = own.map((effect, i) =>
		runsDefinedCode(pieces[i] as Piece)
			? {
					paths: effect.paths,
					closures: effect.closures,
					writes: new Set([...effect.writes, ...defined.writes]),
					changes: new Set([...effect.changes, ...defined.changes]),
				}
			: effect,
	);
	const reached = follow(effects.flatMap(({ paths }) => paths));
	const read = follow(effects.flatMap(({ closures }) => closures));
	const inFunctions = pieces.map(({ statements }) =>
		readByFunctions(statements),
	);
	const kept: Kept[] = pieces.map(() => "nothing");
	const needed = new Set<string>();
	let isDefinitionNeeded = false;
	for (let i = pieces.length - 1; i >= 0; i--) {
		const piece = pieces[i] as Piece;
		const { writes, changes } = effects[i] as (typeof effects)[number];
		const imports = piece.imports.filter(
			({ node }) =>
				(node.specifiers as Node[]).length === 0 ||
				(isDefinitionNeeded && mayDefine(node)) ||
				[...declaredAnywhere([node])].some((name) => needed.has(name)),
		);
		const target = i === pieces.length - 1;
		const present = read(needed);
		const changed = reached(changes);
		if (
			target ||
			[...writes].some((name) => present.has(name)) ||
			[...reached([...present, WORLD])].some((name) => changed.has(name))
		)
			kept[i] = "whole";
		else if (imports.length > 0) kept[i] = "imports";
		else continue;
		const replaced = replacedNames(
			piece,
			new Set(inFunctions.slice(0, i).flatMap((some) => [...some])),
		);
		if (kept[i] === "imports") {
			for (const { node } of piece.imports)
				for (const name of declaredAnywhere([node])) needed.delete(name);
			continue;
		}
		isDefinitionNeeded ||= mayUseDefinitions(piece);
		for (const name of replaced) needed.delete(name);
		if (runsDefinedCode(piece))
			for (const name of defined.reads) needed.add(name);
		for (const name of references(piece.statements))
			if (!replaced.has(name) && !piece.params.includes(name)) needed.add(name);
	}
	return kept;
}

/** Gives all that can be got at from some names, themselves included. */
function follow(
	edges: readonly (readonly [string, string])[],
): (start: Iterable<string>) => ReadonlySet<string> {
	const next = new Map<string, Set<string>>();
	for (const [from, to] of edges)
		next.set(from, (next.get(from) ?? new Set()).add(to));
	return (start) => {
		const all = new Set(start);
		for (const name of all)
			for (const end of next.get(name) ?? []) all.add(end);
		return all;
	};
}

function namesOf(pieces: readonly Piece[]): Names {
	const declared = new Set(
		pieces.flatMap(({ names, params }) => [...names, ...params]),
	);
	const nodes = [...walk(pieces.flatMap(({ statements }) => statements))];
	const methods = new Set(
		nodes
			.filter(({ type, value }) =>
				type === "MethodDefinition" || type === "PropertyDefinition"
					? true
					: type === "Property" && isNode(value) && isFunction(value),
			)
			.map(({ key }) => (key as Node).name as string),
	);
	for (const { type, left } of nodes)
		if (type === "AssignmentExpression" && isNode((left as Node).property))
			methods.add(((left as Node).property as Node).name as string);
	return {
		declared,
		pure: new PureCalls(
			pieces.flatMap(({ imports }) => imports),
			methods,
			declared,
		),
		primitive: primitiveNames(pieces, nodes),
		functions: functionNames(nodes),
	};
}

function functionNames(nodes: readonly Node[]): Set<string> {
	const found = new Set<string>();
	for (const { type, id, init } of nodes) {
		if (!isNode(id)) continue;
		if (/^(Function|Class)/.test(type) || (isNode(init) && !isPrimitive(init)))
			for (const name of boundNames(id))
				if (!isNode(init) || [...walk([init])].some(isFunction))
					found.add(name);
	}
	return found;
}

const PRIMITIVE =
	/^(Literal|TemplateLiteral|BinaryExpression|UpdateExpression)$/;

function isPrimitive(node: Node): boolean {
	if (node.type === "Literal") return !("regex" in node && node.regex);
	if (node.type === "UnaryExpression") return true;
	if (node.type === "ConditionalExpression")
		return (
			isPrimitive(node.consequent as Node) &&
			isPrimitive(node.alternate as Node)
		);
	return PRIMITIVE.test(node.type);
}

/** Names that every declaration and assignment gives a number, a text or the like. */
function primitiveNames(
	pieces: readonly Piece[],
	nodes: readonly Node[],
): Set<string> {
	const primitive = new Set(pieces.flatMap(({ params }) => params));
	const other = new Set<string>();
	const note = (target: Node, value: unknown) => {
		const simple =
			target.type === "Identifier" &&
			(value === null || (isNode(value) && isPrimitive(value)));
		for (const name of boundNames(target))
			(simple ? primitive : other).add(name);
	};
	for (const node of nodes) {
		if (node.type === "VariableDeclarator") note(node.id as Node, node.init);
		else if (node.type === "AssignmentExpression") {
			const adds = !/^(=|\|\|=|&&=|\?\?=)$/.test(node.operator as string);
			note(node.left as Node, adds ? null : node.right);
		} else if (/^For(In|Of)Statement$/.test(node.type)) {
			const left = node.left as Node;
			const heads =
				left.type === "VariableDeclaration"
					? (left.declarations as Node[]).map(({ id }) => id as Node)
					: [left];
			for (const head of heads)
				for (const name of boundNames(head)) other.add(name);
		} else if (/Function|Class|^TSEnum|^TSModule/.test(node.type)) {
			if (isNode(node.id))
				for (const name of boundNames(node.id)) other.add(name);
			for (const param of (node.params as Node[] | undefined) ?? [])
				for (const name of boundNames(param)) other.add(name);
		}
	}
	return new Set([...primitive].filter((name) => !other.has(name)));
}
