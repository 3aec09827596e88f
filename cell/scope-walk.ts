import type {
	ArrowFunctionExpression,
	AssignmentExpression,
	CallExpression,
	Class,
	ClassElement,
	ExportNamedDeclaration,
	ForInStatement,
	ForOfStatement,
	ForStatement,
	Function as FunctionNode,
	ImportDeclaration,
	JSXElementName,
	NewExpression,
	Program,
	TSEnumDeclaration,
	TSGlobalDeclaration,
	TSImportEqualsDeclaration,
	TSModuleDeclaration,
	VariableDeclaration,
} from "oxc-parser";
import { referToRoot, visitType } from "./scope-types.ts";
import {
	ANYTHING,
	INITIALIZE,
	NAMESPACE,
	READ,
	Scopes,
	type Time,
	TYPE,
	UPDATE,
	VALUE,
	WRITE,
} from "./scopes.ts";
import { childrenOf, isCast, type Node } from "./tree.ts";

type Identifier = Extract<Node, { type: "Identifier" }>;
type Bind = (id: Identifier) => void;

/** A `var` that belongs to the cell, wherever in it it stands. */
export interface CellVar {
	readonly node: VariableDeclaration;
	/** Is it the head of a `for`? */
	readonly isHead: boolean;
}

/**
 * The one walk that finds what a cell declares and uses. Cells are strict code:
 * a function in a block belongs to the block.
 */
export class ScopeWalk {
	readonly scopes: Scopes;
	readonly vars: CellVar[] = [];

	constructor(program: Program) {
		this.scopes = new Scopes(program);
		for (const statement of program.body)
			this.scopes.inStatement(statement, () => this.#visit(statement));
	}

	#all(nodes: Iterable<Node | null | undefined>): void {
		for (const node of nodes) if (node) this.#visit(node);
	}

	#visit(node: Node): void {
		switch (node.type) {
			case "Identifier":
				this.scopes.refer(node);
				return;
			case "VariableDeclaration":
				this.#variables(node);
				return;
			case "FunctionDeclaration":
			case "TSDeclareFunction":
			case "FunctionExpression":
			case "TSEmptyBodyFunctionExpression":
			case "ArrowFunctionExpression":
				this.#function(node);
				return;
			case "ClassDeclaration":
			case "ClassExpression":
				this.#class(node);
				return;
			case "ImportDeclaration":
				this.#import(node);
				return;
			case "ExportNamedDeclaration":
				this.#export(node);
				return;
			case "ExportAllDeclaration":
			case "TSNamespaceExportDeclaration":
				return;
			case "MemberExpression":
				this.#visit(node.object);
				if (node.computed) this.#visit(node.property);
				return;
			case "Property":
				if (node.computed) this.#visit(node.key);
				this.#visit(node.value);
				return;
			case "AssignmentExpression":
				this.#assignment(node);
				return;
			case "UpdateExpression":
				this.#target(node.argument, true);
				return;
			case "CallExpression":
				if (node.callee.type === "Identifier" && node.callee.name === "eval")
					this.scopes.callsEval = true;
				this.#call(node);
				return;
			case "NewExpression":
				this.#call(node);
				return;
			case "MetaProperty":
			case "BreakStatement":
			case "ContinueStatement":
				return;
			case "LabeledStatement":
				this.#visit(node.body);
				return;
			default:
				this.#visitOthers(node);
		}
	}

	/** Nodes that begin a scope, and those of TypeScript and JSX. */
	#visitOthers(node: Node): void {
		const { scopes } = this;
		switch (node.type) {
			case "BlockStatement":
				scopes.inScope("block", node, () => this.#all(node.body));
				return;
			case "SwitchStatement":
				this.#visit(node.discriminant);
				scopes.inScope("block", node, () => this.#all(node.cases));
				return;
			case "ForStatement":
			case "ForInStatement":
			case "ForOfStatement":
				scopes.inScope("loop", node, () => this.#loop(node));
				return;
			case "CatchClause":
				scopes.inScope("catch", node, () => {
					if (node.param)
						this.#pattern(node.param, (id) =>
							scopes.declare(id, "catch", node, { from: 0 }),
						);
					this.#visit(node.body);
				});
				return;
			case "TSEnumDeclaration":
				this.#enum(node);
				return;
			case "TSModuleDeclaration":
				this.#namespace(node);
				return;
			case "TSInterfaceDeclaration":
			case "TSTypeAliasDeclaration":
				scopes.declare(
					node.id,
					node.type === "TSTypeAliasDeclaration" ? "type" : "interface",
					node,
					{ meanings: TYPE },
				);
				scopes.inScope("type", node, () =>
					this.#all(childrenOf(node).filter((child) => child !== node.id)),
				);
				return;
			case "TSImportEqualsDeclaration":
				this.#importEquals(node);
				return;
			case "JSXOpeningElement":
				this.#element(node.name);
				this.#all([node.typeArguments, ...node.attributes]);
				return;
			case "JSXClosingElement":
				return;
			case "JSXAttribute":
				this.#all([node.value]);
				return;
			case "V8IntrinsicExpression":
				this.#all(node.arguments);
				return;
			default:
				if (node.type.startsWith("TS") && !isCast(node))
					visitType(
						node,
						scopes,
						(child) => this.#visit(child),
						(parameters) => this.#parameters(parameters),
					);
				else this.#all(childrenOf(node));
		}
	}

	/** A function that is called, or handed to what is called, may run at once. */
	#call(node: CallExpression | NewExpression): void {
		for (const child of childrenOf(node)) {
			const part = withoutParentheses(child);
			if (
				part.type === "FunctionExpression" ||
				part.type === "ArrowFunctionExpression"
			)
				this.#function(part, "perhaps");
			else this.#visit(child);
		}
	}

	/** @param values what a loop goes over, in whose head the variables stand */
	#variables(node: VariableDeclaration, values?: Node): void {
		const { kind, declare = false } = node;
		if (kind === "var" && !declare && this.scopes.declaresVarsOfCell)
			this.vars.push({ node, isHead: values !== undefined });
		this.scopes.inAmbient(declare, () => {
			for (const declarator of node.declarations) {
				const { id, init } = declarator;
				this.#pattern(id, (name) => {
					this.scopes.declare(name, kind, declarator, {
						from: (values ?? declarator).end,
					});
					if (init || values) this.scopes.refer(name, "value", INITIALIZE);
				});
				this.#all([init]);
			}
		});
	}

	#loop(node: ForStatement | ForInStatement | ForOfStatement): void {
		if (node.type === "ForStatement") {
			const { init } = node;
			if (init?.type === "VariableDeclaration") {
				this.#variables(init);
				const last = this.vars.at(-1);
				if (last?.node === init)
					this.vars[this.vars.length - 1] = { node: init, isHead: true };
			} else this.#all([init]);
			this.#all([node.test, node.update, node.body]);
			return;
		}
		const { left } = node;
		if (left.type === "VariableDeclaration") this.#variables(left, node.right);
		else this.#target(left, false);
		this.#all([node.right, node.body]);
	}

	#assignment({ operator, left, right }: AssignmentExpression): void {
		this.#target(left, operator !== "=");
		this.#visit(right);
	}

	/** What is assigned: a name, a member or a pattern. */
	#target(target: Node, isRead: boolean): void {
		this.#pattern(target, (id) =>
			this.scopes.refer(id, "value", isRead ? UPDATE : WRITE),
		);
	}

	/** A pattern's names, and what else is evaluated in it: default values, computed keys, members. */
	#pattern(node: Node, bind: Bind): void {
		switch (node.type) {
			case "Identifier":
				// `function f(this: T)` has no such parameter.
				if (node.name !== "this") bind(node);
				this.#all(childrenOf(node));
				return;
			case "ObjectPattern":
				for (const property of node.properties)
					if (property.type === "Property") {
						if (property.computed) this.#visit(property.key);
						this.#pattern(property.value, bind);
					} else this.#pattern(property, bind);
				this.#all([...(node.decorators ?? []), node.typeAnnotation]);
				return;
			case "ArrayPattern":
				for (const element of node.elements)
					if (element) this.#pattern(element, bind);
				this.#all([...(node.decorators ?? []), node.typeAnnotation]);
				return;
			case "AssignmentPattern":
				this.#pattern(node.left, bind);
				this.#all([...(node.decorators ?? []), node.right]);
				return;
			case "RestElement":
				this.#pattern(node.argument, bind);
				this.#all([...(node.decorators ?? []), node.typeAnnotation]);
				return;
			case "TSParameterProperty":
				this.#all(node.decorators);
				this.#pattern(node.parameter, bind);
				return;
			case "ParenthesizedExpression":
				this.#pattern(node.expression, bind);
				return;
			default:
				if (!isCast(node)) this.#visit(node);
				else {
					const { expression } = node;
					this.#pattern(expression, bind);
					this.#all(childrenOf(node).filter((child) => child !== expression));
				}
		}
	}

	#parameters(parameters: readonly Node[]): void {
		for (const parameter of parameters)
			this.#pattern(parameter, (id) =>
				this.scopes.declare(id, "parameter", parameter, { from: 0 }),
			);
	}

	#function(
		node: FunctionNode | ArrowFunctionExpression,
		time: Time = "later",
	): void {
		const { scopes } = this;
		const { id, body } = node;
		const isDeclared =
			node.type === "FunctionDeclaration" || node.type === "TSDeclareFunction";
		const isSignature =
			!body ||
			(node.type !== "ArrowFunctionExpression" && node.declare === true);
		if (id && isDeclared)
			scopes.declare(id, "function", node, { hasValue: !isSignature, from: 0 });
		const visit = () =>
			scopes.inAmbient(isSignature, () =>
				scopes.inScope(
					"function",
					node,
					() => {
						if (node.type !== "ArrowFunctionExpression")
							scopes.declare(
								{ name: "arguments", start: node.start, end: node.start },
								"parameter",
								node,
								{ from: 0 },
							);
						this.#all([node.typeParameters]);
						this.#parameters(node.params);
						this.#all([node.returnType]);
						if (body?.type === "BlockStatement")
							scopes.inScope("body", body, () => this.#all(body.body));
						else this.#all([body]);
					},
					time,
				),
			);
		if (!id || isDeclared) visit();
		else
			scopes.inScope("name", node, () => {
				scopes.declare(id, "function", node, { from: 0 });
				visit();
			});
	}

	#class(node: Class): void {
		const { scopes } = this;
		const { id, declare = false } = node;
		const meanings = VALUE | TYPE;
		const hasValue = !declare;
		if (id && node.type === "ClassDeclaration")
			scopes.declare(id, "class", node, { meanings, hasValue });
		scopes.inAmbient(declare, () => {
			this.#all(node.decorators);
			scopes.inScope("class", node, () => {
				// Code of the class means the class itself by its name, whatever has that name later.
				if (id) scopes.declare(id, "class", node, { meanings, hasValue });
				this.#all([
					node.typeParameters,
					node.superClass,
					node.superTypeArguments,
					...(node.implements ?? []),
				]);
				for (const member of node.body.body) this.#member(member);
			});
		});
	}

	#member(node: ClassElement): void {
		const { scopes } = this;
		if (node.type === "StaticBlock") {
			scopes.inScope("static block", node, () => this.#all(node.body));
			return;
		}
		if (node.type === "TSIndexSignature") {
			this.#visit(node);
			return;
		}
		this.#all(node.decorators);
		if (node.computed) this.#visit(node.key);
		if ("kind" in node) {
			this.#visit(node.value);
			return;
		}
		const { typeAnnotation, value } = node;
		this.#all([typeAnnotation]);
		if (value)
			scopes.inScope(
				"field",
				node,
				() => this.#visit(value),
				node.static ? "now" : "later",
			);
	}

	#enum(node: TSEnumDeclaration): void {
		const { scopes } = this;
		const earlier = scopes
			.declared(node.id.name)
			.flatMap((one) =>
				one.node.type === "TSEnumDeclaration" ? one.node : [],
			);
		scopes.declare(node.id, node.const ? "const enum" : "enum", node, {
			meanings: VALUE | TYPE | NAMESPACE,
			hasValue: !node.declare,
		});
		scopes.inAmbient(node.declare, () =>
			scopes.inScope("enum", node, () => {
				for (const one of [...earlier, node])
					for (const { id } of one.body.members) {
						const { start, end } = id;
						const name =
							id.type === "Identifier"
								? id.name
								: id.type === "Literal"
									? id.value
									: id.quasis[0]?.value.cooked;
						if (name != null)
							scopes.declare({ name, start, end }, "member", one, {
								meanings: VALUE | TYPE,
							});
					}
				this.#all(node.body.members.map(({ initializer }) => initializer));
			}),
		);
	}

	/** `namespace A.B {}` declares `A`, and in it `B`. */
	#namespace(node: TSModuleDeclaration | TSGlobalDeclaration): void {
		const { scopes } = this;
		const { id, body } = node;
		const names = node.global || id.type === "Literal" ? [] : partsOf(id);
		const declareNext = (index: number): void => {
			const name = names[index];
			if (name)
				scopes.declare(name, "namespace", node, {
					meanings: VALUE | NAMESPACE,
					hasValue: !node.declare,
				});
			if (index + 1 < names.length)
				scopes.inScope("namespace", node, () => declareNext(index + 1));
			else if (body)
				scopes.inScope("namespace", node, () => this.#all(body.body));
		};
		scopes.inAmbient(node.declare, () => declareNext(0));
	}

	#import({ specifiers, importKind }: ImportDeclaration): void {
		for (const specifier of specifiers) {
			const isType =
				importKind === "type" ||
				(specifier.type === "ImportSpecifier" &&
					specifier.importKind === "type");
			// What it stands for is known to the checker alone.
			this.scopes.declare(
				specifier.local,
				isType ? "import type" : "import",
				specifier,
				{ meanings: ANYTHING, hasValue: !isType, from: 0 },
			);
		}
	}

	#importEquals(node: TSImportEqualsDeclaration): void {
		const { id, moduleReference, importKind } = node;
		const isType = importKind === "type";
		this.scopes.declare(id, isType ? "import type =" : "import =", node, {
			meanings: ANYTHING,
			hasValue: !isType,
		});
		if (moduleReference.type !== "TSExternalModuleReference")
			referToRoot(this.scopes, moduleReference, isType ? "namespace" : "value");
	}

	#export({ declaration, specifiers, source }: ExportNamedDeclaration): void {
		this.#all([declaration]);
		if (source) return;
		for (const { local } of specifiers)
			if (local.type === "Identifier") this.scopes.refer(local, "export", READ);
	}

	/** `<Component />` and `<a.b />` are values, `<div />` is none. */
	#element(name: JSXElementName): void {
		if (name.type === "JSXNamespacedName") return;
		let root = name;
		while (root.type === "JSXMemberExpression") root = root.object;
		const isValue = root !== name || !/^[a-z]|-/.test(root.name);
		if (isValue && root.name !== "this") this.scopes.refer(root);
	}
}

const withoutParentheses = (node: Node): Node =>
	node.type === "ParenthesizedExpression"
		? withoutParentheses(node.expression)
		: node;

function partsOf(id: Node): Identifier[] {
	switch (id.type) {
		case "Identifier":
			return [id];
		case "TSQualifiedName":
			return [...partsOf(id.left), id.right];
		default:
			return [];
	}
}
