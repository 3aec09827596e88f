import type { TransformFailure } from "esbuild";
import { requirePackage } from "../../host/modules.ts";
import { plainEmit } from "./emit-options.ts";
import type { GenerateOptions, Transformed } from "./generate-options.ts";
import { offsetOf } from "./syntax.ts";

/** How far into the text a line (1-based) and column (0-based, in bytes) are. */
function offsetOfBytes(text: string, line: number, column: number): number {
	const start = offsetOf(text, { line, column: 1 });
	const own = Buffer.from(text.slice(start)).subarray(0, column);
	return start + own.toString().length;
}

/** Does oxc say that it does not compile this? `export let` in a namespace is a member, which code assigns. */
export const isLeftToEsbuild = ({ failure }: Transformed): boolean =>
	failure?.message.startsWith("Namespaces exporting non-const") === true;

/**
 * Makes JavaScript of TypeScript with standard decorators, or the keyword
 * `accessor`, by esbuild: oxc does not know how. It is loaded, and a process of
 * it started for each call, only for code that has them.
 */
export function lower(
	filename: string,
	typed: string,
	{ emit = plainEmit, keepImports = false, keepNames = true }: GenerateOptions,
): Transformed {
	const { transformSync } = requirePackage(
		"esbuild",
	) as typeof import("esbuild");
	const { jsx } = emit;
	try {
		return transformSync(typed, {
			loader: filename.endsWith("x") ? "tsx" : "ts",
			sourcefile: filename,
			sourcemap: "external",
			target: "esnext",
			supported: { decorators: false },
			// Helpers and names of classes must not depend on what else a cell says.
			keepNames,
			logLevel: "silent",
			...(jsx && {
				jsx: jsx.runtime === "automatic" ? "automatic" : "transform",
				jsxDev: jsx.development,
				jsxImportSource: jsx.importSource,
				jsxFactory: jsx.pragma,
				jsxFragment: jsx.pragmaFrag,
			}),
			tsconfigRaw: {
				compilerOptions: {
					experimentalDecorators: emit.experimentalDecorators,
					useDefineForClassFields: emit.definesFields,
					verbatimModuleSyntax: keepImports,
				},
			},
		});
	} catch (error) {
		const [first] = (error as Partial<TransformFailure>).errors ?? [];
		if (!first) throw error;
		const { location, text: message } = first;
		const offset = location
			? offsetOfBytes(typed, location.line, location.column)
			: 0;
		return { code: "", failure: { message, offset } };
	}
}
