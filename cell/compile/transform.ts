import MagicString from "magic-string";
import { transformSync } from "oxc-transform";
import { type ParseError, parseCode } from "../parse.ts";
import { pythonRefused } from "../python.ts";
import { mayHaveJsx } from "../syntax.ts";
import { type CellUsage, usageOf } from "../usage-of-state.ts";
import { guardAwaits } from "./awaits.ts";
import { type EmitOptions, plainEmit } from "./emit-options.ts";
import { type Extensions, extensionsIn } from "./extensions.ts";
import { type GeneratedCode, generate } from "./generate.ts";
import { isPlain, partAt } from "./is-javascript.ts";
import { assignedInFunctions, copyLoopVariables } from "./loops.ts";
import { callPowers, mayHavePowers, withPowersCalled } from "./powers.ts";
import { enclosed } from "./prologue.ts";
import {
	boundNames,
	children,
	isCompiledApart,
	isNode,
	locate,
	type Node,
	RUNTIME,
	startsScope,
	syntaxError,
} from "./syntax.ts";

/**
 * Turns a cell of TypeScript into a script for the engine's one context.
 * "Declare once": every top-level name is declared by the engine as `let`, a
 * single time; in the cell a declaration becomes an assignment. So any name can
 * be declared again as any kind, a failed cell leaves earlier values alone, and
 * variables keep plain V8 speed.
 */
/** Its code is awaitable when `async`; the last expression is left in `RUNTIME.result`. */
export interface TransformedCell extends GeneratedCode {
	/** Names the cell declares, parameters not included, with the line (1-based) of each. */
	readonly names: ReadonlyMap<string, number>;
	/** Names that functions of the cell assign. */
	readonly assignedInFunctions: ReadonlySet<string>;
	readonly usage: CellUsage;
	readonly async: boolean;
}

export interface TransformOptions {
	/** Constants of the cell, given by `%dd run`. */
	readonly params?: readonly string[];
	/**
	 * Is this one of the globals that cells hide, or would the cell be the first
	 * to? Its value lies in `RUNTIME.hiding`: a `let` would hide it from every
	 * library too.
	 */
	readonly hides?: (name: string, declared: boolean) => boolean;
	/** Is this a variable that an earlier cell has declared? */
	readonly isDeclared?: (name: string) => boolean;
	/** Does a function of an earlier cell assign this variable? */
	readonly isAssignedInFunctions?: (name: string) => boolean;
	/** What the tsconfig says of JSX, decorators and fields. */
	readonly emit?: EmitOptions;
}

const parse = (source: string, lang: "ts" | "tsx") =>
	parseCode("cell.ts", source, {
		lang,
		sourceType: "module",
		showSemanticErrors: true,
	});

/**
 * @throws CellSyntaxError when the cell does not parse
 */
export function transformCell(
	source: string,
	options: TransformOptions = {},
): TransformedCell {
	const { parsed, emit } = parseAs(source, options.emit ?? plainEmit);
	const [failure] = parsed.errors;
	if (failure) {
		throw syntaxError(
			source,
			jsxRefused(source, emit) ?? pythonRefused(source, failure) ?? failure,
		);
	}
	return new Rewriter(source, parsed.program as unknown as Node, emit).rewrite(
		options,
	);
}

/** As TypeScript, or with JSX: where the tsconfig says so, or where only that fits. */
function parseAs(source: string, emit: EmitOptions) {
	const parsed = parse(source, emit.jsx ? "tsx" : "ts");
	const [failure] = parsed.errors;
	const { jsxWhereUsed: jsx } = emit;
	if (!failure || !jsx || !mayHaveJsx(source)) return { parsed, emit };
	const withJsx = parse(source, "tsx");
	const [left] = withJsx.errors;
	// The grammar that fits the longer part is the one that is meant.
	return !left || placeOf(left) > placeOf(failure)
		? { parsed: withJsx, emit: { ...emit, jsx } }
		: { parsed, emit };
}

const placeOf = ({ labels: [label] }: ParseError) => label?.start ?? 0;

/** Is it JSX, without which the cell would parse? */
function jsxRefused(source: string, emit: EmitOptions) {
	if (emit.noJsx === undefined) return undefined;
	const { program, errors } = parse(source, "tsx");
	if (errors.length > 0) return undefined;
	const { jsx } = extensionsIn(source, program as unknown as Node, emit);
	return jsx && { message: emit.noJsx, labels: [jsx] };
}

/** Statements that run before all others: what they bind can be used above their line. */
const isHoisted = (node: Node) =>
	node.type === "ImportDeclaration" ||
	(node.type === "FunctionDeclaration" && !node.declare);

const hoistable = (node: Node) =>
	/^Export(Named|Default)/.test(node.type) && isNode(node.declaration)
		? node.declaration
		: node;

/** JSX has names of its own for `<Component />`. */
const isName = ({ type }: Node) =>
	type === "Identifier" || type === "JSXIdentifier";

/** Places in plain code; made here, so that it holds nothing else of the transform. */
const inParts =
	(
		source: string,
		position: GeneratedCode["position"],
	): GeneratedCode["position"] =>
	(line, column) => {
		const at = position(line, column);
		return at && partAt(source, at);
	};

/** Statements that leave no trace in JavaScript. */
const isTypeOnly = (node: Node) =>
	node.type === "TSInterfaceDeclaration" ||
	node.type === "TSTypeAliasDeclaration" ||
	node.type === "TSDeclareFunction" ||
	Boolean(node.declare);

/** What a specifier takes from its module. */
function importedName(specifier: Node): string {
	const imported = specifier.imported as Node | undefined;
	return specifier.type === "ImportDefaultSpecifier"
		? "default"
		: ((imported?.name ?? imported?.value) as string);
}

interface Uses {
	readonly values: Set<string>;
	readonly types: Set<string>;
}

/** Nodes of types that hold values. */
const HOLDS_VALUES =
	/^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSEnum|^TSModule|^TSTypeAssertion$/;

/** Names that are used outside of imports. */
function usesIn(program: Node): Uses {
	const uses: Uses = { values: new Set(), types: new Set() };
	const visit = (node: Node, into: Set<string>) => {
		if (node.type === "ImportDeclaration") return;
		if (isName(node)) into.add(node.name as string);
		const inside =
			node.type.startsWith("TS") && !HOLDS_VALUES.test(node.type)
				? uses.types
				: into;
		for (const child of children(node)) visit(child, inside);
	};
	visit(program, uses.values);
	return uses;
}

class Rewriter {
	readonly #source: string;
	readonly #body: readonly Node[];
	readonly #program: Node;
	readonly #text: MagicString;
	readonly #names = new Map<string, number>();
	readonly #emit: EmitOptions;
	readonly #extensions: Extensions;
	#async: boolean;

	constructor(source: string, program: Node, emit: EmitOptions) {
		this.#source = source;
		this.#program = program;
		this.#emit = emit;
		this.#extensions = extensionsIn(source, program, emit);
		this.#async = this.#extensions.imports;
		this.#body = program.body as Node[];
		this.#text = new MagicString(source);
	}

	rewrite({
		params = [],
		hides = () => false,
		isDeclared = () => false,
		isAssignedInFunctions = () => false,
	}: TransformOptions): TransformedCell {
		if (mayHavePowers(this.#source)) callPowers(this.#text, this.#program);
		for (const statement of this.#body) this.#statement(statement);
		const ownAssigned = assignedInFunctions(this.#source, this.#program);
		copyLoopVariables(this.#text, this.#program, {
			isVariable: (name) =>
				(this.#names.has(name) && !hides(name, true)) ||
				(isDeclared(name) && !params.includes(name)),
			isAssignedInFunctions: (name) =>
				ownAssigned.has(name) || isAssignedInFunctions(name),
		});
		this.#hoist();
		this.#result();
		if (this.#source.includes("import")) this.#importMeta(this.#program);
		if (guardAwaits(this.#text, this.#program)) this.#async = true;
		return {
			...this.#finish(params, this.#mentions(this.#program, hides)),
			assignedInFunctions: ownAssigned,
			usage: usageOf(this.#program, params),
		};
	}

	#declare(names: readonly string[], at: Node): void {
		const { line } = locate(this.#source, at.start);
		for (const name of names)
			if (!this.#names.has(name)) this.#names.set(name, line);
	}

	#statement(node: Node): void {
		switch (node.type) {
			case "VariableDeclaration":
				if (node.declare) break;
				// Lives, and is disposed of, within its cell.
				if (/using$/.test(node.kind as string)) {
					this.#nestedVars(node);
					return;
				}
				this.#variables(node);
				return;
			case "FunctionDeclaration":
				if (node.declare || !node.body) break;
				this.#function(node);
				return;
			case "ClassDeclaration":
				if (node.declare) break;
				this.#class(node);
				return;
			case "TSEnumDeclaration":
				if (node.declare) break;
				this.#scoped(node);
				return;
			case "TSModuleDeclaration":
				if (node.declare || (node.id as Node).type === "Literal") {
					this.#text.remove(node.start, node.end);
					return;
				}
				this.#namespace(node);
				return;
			case "TSGlobalDeclaration":
				this.#text.remove(node.start, node.end);
				return;
			case "ImportDeclaration":
				this.#import(node);
				return;
			case "TSImportEqualsDeclaration":
				this.#importEquals(node);
				return;
			case "ExportNamedDeclaration":
			case "ExportDefaultDeclaration":
				this.#export(node);
				return;
			case "ExportAllDeclaration":
			case "TSExportAssignment":
			case "TSNamespaceExportDeclaration":
				this.#text.remove(node.start, node.end);
				return;
			default:
				this.#nestedVars(node);
		}
	}

	/** `const a: T = 1, {b} = c` → `;a = 1, ({b} = c)`. */
	#variables(node: Node): void {
		const declarations = node.declarations as Node[];
		this.#text.overwrite(node.start, (declarations[0] as Node).start, ";");
		for (const declarator of declarations) {
			this.#declarator(declarator, true);
			// `var x` keeps a value that is already there.
			if (!declarator.init && node.kind !== "var")
				this.#text.appendLeft(declarator.end, " = undefined");
		}
		this.#terminate(node);
	}

	/** `let x` may be followed by a line that begins with a bracket: what it became may not. */
	#terminate(node: Node): void {
		if (this.#source[node.end - 1] !== ";")
			this.#text.appendRight(node.end, ";");
	}

	/** `var` within a statement: one expression, as it may be all that an `if` has. */
	#nestedVariables(node: Node): void {
		const declarations = node.declarations as Node[];
		const first = declarations[0] as Node;
		const last = declarations.at(-1) as Node;
		this.#text.overwrite(node.start, first.start, "void (");
		for (const declarator of declarations) this.#declarator(declarator, true);
		this.#text.appendLeft(last.end, ")");
		this.#terminate(node);
	}

	/** `for (var i = 0; …)` and `for (var {a} of list)` without the `var`. */
	#loopHead(node: Node): void {
		const declarations = node.declarations as Node[];
		this.#text.remove(node.start, (declarations[0] as Node).start);
		for (const declarator of declarations) this.#declarator(declarator, false);
	}

	#declarator(declarator: Node, parenthesized: boolean): void {
		const id = declarator.id as Node;
		const init = declarator.init as Node | null;
		this.#declare(boundNames(id), declarator);
		const annotation = id.typeAnnotation as Node | null | undefined;
		if (annotation) {
			// Between name and type stands the mark of `let x!: T`.
			const name = id.name as string | undefined;
			this.#text.remove(
				name === undefined ? annotation.start : id.start + name.length,
				annotation.end,
			);
		} else if (declarator.definite)
			this.#text.remove(id.start + (id.name as string).length, declarator.end);
		if (!init) return;
		if (id.type !== "Identifier" && parenthesized) {
			this.#text.prependRight(declarator.start, "(");
			this.#text.appendLeft(declarator.end, ")");
		}
		this.#nestedVars(init);
	}

	#function(node: Node): void {
		const id = node.id as Node;
		const name = id.name as string;
		this.#declare([name], node);
		this.#text.remove(id.start, id.end);
		this.#text.prependRight(node.start, `;${name} = `);
		this.#text.appendLeft(node.end, ";");
	}

	/** Imports and functions go, in their order, before the first other statement. */
	#hoist(): void {
		const first = this.#body.findIndex((node) => !isHoisted(hoistable(node)));
		const at = this.#body[first]?.start;
		if (at === undefined) return;
		for (const node of this.#body.slice(first))
			if (isHoisted(hoistable(node))) this.#text.move(node.start, node.end, at);
	}

	#class(node: Node): void {
		// The decorators of old are for declarations only.
		if (node.abstract || this.#extensions.decorates) {
			this.#scoped(node);
			return;
		}
		const name = (node.id as Node).name as string;
		this.#declare([name], node);
		this.#text.prependRight(node.start, `;${name} = `);
		this.#text.appendLeft(node.end, ";");
	}

	/** Declarations without an expression form get a scope of their own. */
	#scoped(node: Node, name = (node.id as Node).name as string): void {
		// `enum E {…} enum E {…}` and `function f() {…} namespace f {…}` are one thing.
		const [open, close] = this.#names.has(name)
			? [`Object.assign(${name}, `, ")"]
			: ["", ""];
		this.#declare([name], node);
		this.#text.prependRight(node.start, `;${name} = ${open}(() => { `);
		this.#text.appendLeft(
			node.end,
			`; return typeof ${name} === "undefined" ? undefined : ${name}; })()${close};`,
		);
	}

	/** TypeScript allows namespaces at the top level only, so this one is compiled on its own. */
	#namespace(node: Node): void {
		const { code } = transformSync(
			"namespace.ts",
			withPowersCalled(this.#source.slice(node.start, node.end)),
			{ lang: "ts", sourceType: "module" },
		);
		this.#text.overwrite(
			node.start,
			node.end,
			code.replace(/^export \{.*$/m, ""),
		);
		let id = node.id as Node;
		while (id.type === "TSQualifiedName") id = id.left as Node;
		this.#scoped(node, id.name as string);
	}

	#import(node: Node): void {
		const specifiers = node.specifiers as Node[];
		const values = specifiers.filter((one) => one.importKind !== "type");
		if (
			node.importKind === "type" ||
			(specifiers.length > 0 && values.length === 0)
		) {
			this.#text.remove(node.start, node.end);
			return;
		}
		this.#async = true;
		const from = (node.source as Node).value as string;
		const attributes = (node.attributes as Node[]) ?? [];
		const options = attributes
			.map((one) => this.#source.slice(one.start, one.end))
			.join(", ");
		const load = `import(${JSON.stringify(from)}${options ? `, { with: { ${options} } }` : ""})`;
		const members: string[] = [];
		let namespace: string | undefined;
		for (const specifier of values) {
			const local = (specifier.local as Node).name as string;
			this.#declare([local], specifier);
			if (specifier.type === "ImportNamespaceSpecifier") namespace = local;
			else {
				members.push(`${JSON.stringify(importedName(specifier))}: ${local}`);
			}
		}
		const { needed, unsure } = this.#wanted(values);
		const module = `await ${RUNTIME}.module(${[load, ...[from, needed, unsure].map((one) => JSON.stringify(one))].join(", ")})`;
		const parts = [
			...(namespace ? [`${namespace} = ${module}`] : []),
			...(members.length > 0
				? [`({ ${members.join(", ")} } = ${module})`]
				: []),
			...(values.length === 0 ? [module] : []),
		];
		this.#text.overwrite(node.start, node.end, `;${parts.join("; ")};`);
	}

	/**
	 * Names that the module must export: those that the cell uses as values. One
	 * that it only uses as a type may be missing; one that it does not use may be a
	 * type, for a later cell.
	 */
	#wanted(specifiers: readonly Node[]): {
		needed: string[];
		unsure: string[];
	} {
		this.#uses ??= usesIn(this.#program);
		const { values, types } = this.#uses;
		const named = specifiers.filter(
			({ type }) => type !== "ImportNamespaceSpecifier",
		);
		const local = (one: Node) => (one.local as Node).name as string;
		return {
			needed: named.filter((one) => values.has(local(one))).map(importedName),
			unsure: named
				.filter((one) => !values.has(local(one)) && !types.has(local(one)))
				.map(importedName),
		};
	}

	#uses: Uses | undefined;

	#importEquals(node: Node): void {
		if (node.importKind === "type") {
			this.#text.remove(node.start, node.end);
			return;
		}
		const reference = node.moduleReference as Node;
		const name = (node.id as Node).name as string;
		this.#declare([name], node);
		const value =
			reference.type === "TSExternalModuleReference"
				? `require(${this.#source.slice((reference.expression as Node).start, (reference.expression as Node).end)})`
				: this.#source.slice(reference.start, reference.end);
		this.#text.overwrite(node.start, node.end, `;${name} = ${value};`);
	}

	/** A cell has nobody to export to: what is declared stays, the rest goes. */
	#export(node: Node): void {
		const declaration = node.declaration as Node | null | undefined;
		if (!declaration) {
			this.#text.remove(node.start, node.end);
			return;
		}
		const named =
			node.type === "ExportNamedDeclaration" || Boolean(declaration.id);
		this.#text.overwrite(node.start, declaration.start, named ? "" : ";(");
		if (named) this.#statement(declaration);
		else this.#text.appendLeft(declaration.end, ")");
	}

	/** `var` in a block or loop head belongs to the notebook, not to the block. */
	#nestedVars(node: Node): void {
		if (startsScope(node)) return;
		if (node.type === "VariableDeclaration" && node.kind === "var") {
			this.#nestedVariables(node);
			return;
		}
		for (const key of ["init", "left"]) {
			const head = node[key];
			if (
				node.type.startsWith("For") &&
				isNode(head) &&
				head.type === "VariableDeclaration" &&
				head.kind === "var"
			) {
				this.#loopHead(head);
				if (isNode(node.body)) this.#nestedVars(node.body);
				return;
			}
		}
		for (const child of children(node)) this.#nestedVars(child);
	}

	/** Keeps the value of the last statement, when that is an expression. */
	#result(): void {
		const last = this.#body.findLast(
			(node) => node.type !== "EmptyStatement" && !isTypeOnly(node),
		);
		if (last?.type !== "ExpressionStatement") return;
		const expression = last.expression as Node;
		this.#text.prependRight(expression.start, `;${RUNTIME}.result = (`);
		this.#text.appendLeft(expression.end, ")");
	}

	/** A script has no `import.meta`: the runtime answers for the notebook. */
	#importMeta(node: Node): void {
		if (isCompiledApart(node)) return;
		if (node.type === "MetaProperty" && (node.meta as Node).name === "import")
			this.#text.overwrite(node.start, node.end, `${RUNTIME}.meta`, {
				contentOnly: true,
			});
		for (const child of children(node)) this.#importMeta(child);
	}

	/** Does the cell use a name of which `hides` is true? */
	#mentions(
		node: Node,
		hides: NonNullable<TransformOptions["hides"]>,
	): boolean {
		if (isName(node)) {
			const name = node.name as string;
			if (hides(name, this.#names.has(name))) return true;
		}
		for (const child of children(node))
			if (this.#mentions(child, hides)) return true;
		return false;
	}

	#finish(
		params: readonly string[],
		hiding: boolean,
	): Omit<TransformedCell, "assignedInFunctions" | "usage"> {
		const constants =
			params.length > 0
				? `const { ${params.join(", ")} } = ${RUNTIME}.params; `
				: "";
		const { lowers } = this.#extensions;
		const [open, close] = this.#async
			? ["(async () => { ", " })()"]
			: hiding || lowers
				? ["(() => { ", " })()"]
				: ["", ""];
		// A block of its own makes the parameters constants, here and in closures.
		this.#text.prepend(`${open}"use strict"; { ${constants}`);
		this.#text.append(`\n}${close}`);
		const source = this.#source;
		const plain = isPlain(source, this.#program);
		const generated = generate(
			this.#text,
			this.#emit.jsx ? "cell.tsx" : "cell.ts",
			{
				emit: this.#emit,
				keepImports: true,
				lowers,
				plain,
			},
		);
		const code =
			lowers || this.#extensions.imports
				? enclosed(generated.code)
				: generated.code;
		// Of all this, what places errors is kept as long as the session.
		const { position } = generated;
		return {
			position: plain ? inParts(source, position) : position,
			// `with` is not TypeScript; on the first line is nothing of the user's.
			code: hiding ? `with (${RUNTIME}.hiding) ${code}` : code,
			names: this.#names,
			async: this.#async,
		};
	}
}
