import { READ, type Scopes, TYPE } from "./scopes.ts";
import { childrenOf, type Node } from "./tree.ts";

type Visit = (node: Node) => void;

/** `A.B.C` → `A`, where that is a name. */
export function rootName(
	node: Node,
): Extract<Node, { type: "Identifier" }> | undefined {
	switch (node.type) {
		case "Identifier":
			return node;
		case "TSQualifiedName":
			return rootName(node.left);
		case "MemberExpression":
			return rootName(node.object);
		default:
			return undefined;
	}
}

/** Notes the first name of `A.B.C` in a type: that of a type, or of a namespace. */
function referToType(scopes: Scopes, node: Node): void {
	const root = rootName(node);
	if (root) scopes.refer(root, root === node ? "type" : "namespace", READ);
}

/** Notes the name that `typeof a.b` of a type, or `import x = a.b`, begins with. */
export function referToRoot(
	scopes: Scopes,
	node: Node,
	meaning: "query" | "value" | "namespace",
): void {
	const root = rootName(node);
	if (root) scopes.refer(root, meaning, READ);
}

/**
 * Visits a type: its names are no values, whatever they stand for.
 * @param visit for nodes below it
 * @param bind for the parameters of a type of functions
 */
export function visitType(
	node: Node,
	scopes: Scopes,
	visit: Visit,
	bind: (parameters: readonly Node[]) => void,
): void {
	const all = (...nodes: readonly (Node | null | undefined)[]) => {
		for (const one of nodes) if (one) visit(one);
	};
	switch (node.type) {
		case "TSTypeReference":
			referToType(scopes, node.typeName);
			all(node.typeArguments);
			return;
		case "TSClassImplements":
		case "TSInterfaceHeritage":
			referToType(scopes, node.expression);
			all(node.typeArguments);
			return;
		case "TSTypeQuery":
			if (node.exprName.type === "TSImportType") visit(node.exprName);
			else referToRoot(scopes, node.exprName, "query");
			all(node.typeArguments);
			return;
		case "TSImportType":
			all(node.typeArguments);
			return;
		case "TSTypePredicate":
			if (node.parameterName.type === "Identifier")
				scopes.refer(node.parameterName, "query", READ);
			all(node.typeAnnotation);
			return;
		case "TSTypeParameter":
			scopes.declare(node.name, "type parameter", node, { meanings: TYPE });
			all(node.constraint, node.default);
			return;
		case "TSMappedType":
			scopes.inScope("type", node, () => {
				scopes.declare(node.key, "type parameter", node, { meanings: TYPE });
				all(node.constraint, node.nameType, node.typeAnnotation);
			});
			return;
		case "TSConditionalType":
			// For what it infers.
			scopes.inScope("type", node, () => all(...childrenOf(node)));
			return;
		case "TSNamedTupleMember":
			visit(node.elementType);
			return;
		case "TSPropertySignature":
			if (node.computed) scopes.inAmbient(true, () => visit(node.key));
			all(node.typeAnnotation);
			return;
		case "TSIndexSignature":
			for (const { typeAnnotation } of node.parameters) visit(typeAnnotation);
			all(node.typeAnnotation);
			return;
		case "TSMethodSignature":
		case "TSFunctionType":
		case "TSConstructorType":
		case "TSCallSignatureDeclaration":
		case "TSConstructSignatureDeclaration":
			if (node.type === "TSMethodSignature" && node.computed)
				scopes.inAmbient(true, () => visit(node.key));
			scopes.inScope("type", node, () =>
				scopes.inAmbient(true, () => {
					all(node.typeParameters);
					bind(node.params);
					all(node.returnType);
				}),
			);
			return;
		default:
			all(...childrenOf(node));
	}
}
