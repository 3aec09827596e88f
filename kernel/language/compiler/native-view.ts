import type {
	Project,
	Type,
	Symbol as TypeScriptSymbol,
} from "typescript/unstable/async";
import type { TypeScript } from "./compiler.ts";
import type { ProgramView } from "./program-view.ts";

/** Numbers of TypeScript's SyntaxKind, which the API's entry point does not export. */
const CALL_SIGNATURE = 180;
const CONSTRUCT_SIGNATURE = 181;

/** Jupyter's words for TypeScript's kinds; front ends choose an icon by them. */
function kindName(
	kind: number | undefined,
	{ CompletionItemKind: Kind }: TypeScript,
): string {
	switch (kind) {
		case Kind.Method:
		case Kind.Function:
		case Kind.Constructor:
			return "function";
		case Kind.Field:
		case Kind.Property:
			return "property";
		case Kind.Class:
			return "class";
		case Kind.Interface:
			return "interface";
		case Kind.Module:
			return "module";
		case Kind.Enum:
		case Kind.EnumMember:
			return "enum";
		case Kind.Keyword:
			return "keyword";
		case Kind.File:
		case Kind.Folder:
			return "path";
		case Kind.TypeParameter:
			return "type";
		case Kind.Constant:
			return "constant";
		default:
			return "variable";
	}
}

/** A program of TypeScript 7 as seen from the file `path`. */
export function nativeView(
	{ checker, program, emitter }: Project,
	ts: TypeScript,
	path: string,
): ProgramView<TypeScriptSymbol, Type> {
	let found: ReturnType<typeof program.getSourceFile> | undefined;
	const file = () => {
		found ??= program.getSourceFile(path);
		return found;
	};
	const { InTypeAlias, NoTruncation } = ts.NodeBuilderFlags;
	return {
		flags: ts.SymbolFlags,
		/**
		 * Undefined, too, where TypeScript refuses: 7.0.2 answers a list of all names
		 * with an error unless the file lies nowhere (`DETACHED` in project.ts).
		 */
		async completions(offset) {
			const info = await checker
				.getCompletionsAtPosition(path, offset, { includeSymbol: true })
				.catch((error: unknown) => {
					if (error instanceof Error && error.message.includes("auto imports"))
						return undefined;
					throw error;
				});
			return info?.entries.map((entry) => ({
				...entry,
				kind: kindName(entry.kind, ts),
			}));
		},
		symbolAt: (offset) => checker.getSymbolAtPosition(path, offset),
		target: async (symbol) =>
			symbol.flags & ts.SymbolFlags.Alias
				? checker.getAliasedSymbol(symbol)
				: symbol,
		isUnknown: (symbol) => checker.isUnknownSymbol(symbol),
		typeAt: (offset) => checker.getTypeAtPosition(path, offset),
		typesOf: (symbols) => checker.getTypeOfSymbol(symbols),
		declaredType: (symbol) => checker.getDeclaredTypeOfSymbol(symbol),
		isError: (type) => type.isErrorType(),
		print: async (type, how) =>
			checker.typeToString(
				type,
				how && (await file()),
				how === "whole" ? InTypeAlias | NoTruncation : undefined,
			),
		async signatures(type, kind) {
			const [signatureKind, syntaxKind] =
				kind === "call"
					? [ts.SignatureKind.Call, CALL_SIGNATURE]
					: [ts.SignatureKind.Construct, CONSTRUCT_SIGNATURE];
			const [all, from] = await Promise.all([
				checker.getSignaturesOfType(type, signatureKind),
				file(),
			]);
			return Promise.all(
				all.map(async (signature) => {
					const node = await checker.signatureToSignatureDeclaration(
						signature,
						syntaxKind,
						from,
					);
					return node ? emitter.printNode(node) : "";
				}),
			);
		},
		properties: (type) => checker.getPropertiesOfType(type),
		exports: (module) => checker.getExportsOfModule(module),
		parent: (symbol) => symbol.getParent(),
		documentation: (symbol) => symbol.getDocumentationComment(checker),
		tags: (symbol) => symbol.getJsDocTags(checker),
	};
}
