import ts from "#typescript-6";
import type { ProgramView } from "./program-view.ts";

/** Jupyter's words for TypeScript's kinds; front ends choose an icon by them. */
const KIND_NAMES: Partial<Record<ts.ScriptElementKind, string>> = {
	[ts.ScriptElementKind.functionElement]: "function",
	[ts.ScriptElementKind.localFunctionElement]: "function",
	[ts.ScriptElementKind.memberFunctionElement]: "function",
	[ts.ScriptElementKind.constructorImplementationElement]: "function",
	[ts.ScriptElementKind.memberVariableElement]: "property",
	[ts.ScriptElementKind.memberGetAccessorElement]: "property",
	[ts.ScriptElementKind.memberSetAccessorElement]: "property",
	[ts.ScriptElementKind.memberAccessorVariableElement]: "property",
	[ts.ScriptElementKind.jsxAttribute]: "property",
	[ts.ScriptElementKind.classElement]: "class",
	[ts.ScriptElementKind.localClassElement]: "class",
	[ts.ScriptElementKind.interfaceElement]: "interface",
	[ts.ScriptElementKind.moduleElement]: "module",
	[ts.ScriptElementKind.externalModuleName]: "module",
	[ts.ScriptElementKind.enumElement]: "enum",
	[ts.ScriptElementKind.enumMemberElement]: "enum",
	[ts.ScriptElementKind.keyword]: "keyword",
	[ts.ScriptElementKind.scriptElement]: "path",
	[ts.ScriptElementKind.directory]: "path",
	[ts.ScriptElementKind.typeElement]: "class",
	[ts.ScriptElementKind.typeParameterElement]: "type",
	[ts.ScriptElementKind.string]: "constant",
};

/** The smallest node that begins at the offset, or before it, and reaches over it. */
function nodeAt(file: ts.SourceFile, offset: number): ts.Node {
	let node: ts.Node = file;
	for (;;) {
		const inner = ts.forEachChild(node, (child) =>
			child.getStart(file) <= offset && offset < child.end ? child : undefined,
		);
		if (!inner) return node;
		node = inner;
	}
}

/** A program of TypeScript 6 as seen from the file `path`. */
export function classicView(
	service: ts.LanguageService,
	path: string,
): ProgramView<ts.Symbol, ts.Type> {
	const program = service.getProgram();
	const file = program?.getSourceFile(path);
	if (!program || !file) throw new Error(`${path} is not in the program`);
	const checker = program.getTypeChecker();
	const printer = ts.createPrinter({ removeComments: true });
	return {
		flags: ts.SymbolFlags,
		completions: (offset) =>
			service
				.getCompletionsAtPosition(path, offset, {
					includeSymbol: true,
					includeCompletionsWithInsertText: true,
					includeAutomaticOptionalChainCompletions: true,
				})
				?.entries.map((entry) => ({
					...entry,
					kind: KIND_NAMES[entry.kind] ?? "variable",
				})),
		symbolAt: (offset) => checker.getSymbolAtLocation(nodeAt(file, offset)),
		target: (symbol) =>
			symbol.flags & ts.SymbolFlags.Alias
				? checker.getAliasedSymbol(symbol)
				: symbol,
		isUnknown: (symbol) => checker.isUnknownSymbol(symbol),
		typeAt: (offset) => checker.getTypeAtLocation(nodeAt(file, offset)),
		typesOf: (symbols) =>
			symbols.map((symbol) => checker.getTypeOfSymbol(symbol)),
		declaredType: (symbol) => checker.getDeclaredTypeOfSymbol(symbol),
		isError: (type) =>
			(type.flags & ts.TypeFlags.Any) !== 0 &&
			Reflect.get(type, "intrinsicName") === "error",
		print: (type, how) =>
			checker.typeToString(
				type,
				how && file,
				how === "whole"
					? ts.TypeFormatFlags.InTypeAlias | ts.TypeFormatFlags.NoTruncation
					: undefined,
			),
		signatures(type, kind) {
			const [signatureKind, syntaxKind] =
				kind === "call"
					? [ts.SignatureKind.Call, ts.SyntaxKind.CallSignature]
					: [ts.SignatureKind.Construct, ts.SyntaxKind.ConstructSignature];
			return checker
				.getSignaturesOfType(type, signatureKind)
				.map((signature) => {
					const node = checker.signatureToSignatureDeclaration(
						signature,
						syntaxKind,
						file,
						undefined,
					);
					return node
						? printer.printNode(ts.EmitHint.Unspecified, node, file)
						: "";
				});
		},
		properties: (type) => checker.getPropertiesOfType(type),
		exports: (module) => checker.getExportsOfModule(module),
		parent(symbol) {
			const declared = symbol.declarations?.[0]?.parent;
			return declared &&
				(ts.isClassLike(declared) ||
					ts.isInterfaceDeclaration(declared) ||
					ts.isEnumDeclaration(declared)) &&
				declared.name
				? checker.getSymbolAtLocation(declared.name)
				: undefined;
		},
		documentation: (symbol) =>
			ts.displayPartsToString(symbol.getDocumentationComment(checker)),
		tags: (symbol) =>
			symbol.getJsDocTags(checker).map(({ name, text }) => ({
				name,
				...(text && { text: ts.displayPartsToString(text) }),
			})),
	};
}
