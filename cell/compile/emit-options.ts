import type { JsxOptions } from "oxc-transform";
import type { Tsconfig } from "./tsconfig.ts";

/** How TypeScript becomes JavaScript: what a tsconfig may say of it. */
export interface EmitOptions {
	/** Cells and modules are TypeScript with JSX. */
	readonly jsx?: JsxOptions;
	/** JSX for cells that do not parse without it, where the tsconfig does not mention JSX. */
	readonly jsxWhereUsed?: JsxOptions;
	/** Why JSX cannot be run, where the tsconfig asks for it in a way that does not. */
	readonly noJsx?: string;
	/** Decorators as TypeScript had them before the standard. */
	readonly experimentalDecorators: boolean;
	readonly emitDecoratorMetadata: boolean;
	readonly strictNullChecks: boolean;
	/** Fields are defined, as in JavaScript; else they are assigned. */
	readonly definesFields: boolean;
}

const text = (value: unknown): string | undefined =>
	typeof value === "string" ? value : undefined;

function jsxOf({
	path,
	options,
}: Tsconfig): Pick<EmitOptions, "jsx" | "jsxWhereUsed" | "noJsx"> {
	const runs = (jsx: JsxOptions) => ({ jsx });
	const importSource = text(options.jsxImportSource);
	switch (text(options.jsx)?.toLowerCase()) {
		case undefined:
			return {
				jsxWhereUsed: {
					runtime: "automatic",
					...(importSource && { importSource }),
				},
			};
		case "react":
			return runs({
				runtime: "classic",
				pragma: text(options.jsxFactory) ?? "React.createElement",
				pragmaFrag: text(options.jsxFragmentFactory) ?? "React.Fragment",
			});
		case "react-jsx":
			return runs({
				runtime: "automatic",
				...(importSource && { importSource }),
			});
		case "react-jsxdev":
			return runs({
				runtime: "automatic",
				development: true,
				...(importSource && { importSource }),
			});
		default:
			return {
				noJsx: `"jsx": ${JSON.stringify(options.jsx)} in ${path} leaves JSX as it is, which no engine runs; "react-jsx" or "react" makes JavaScript of it`,
			};
	}
}

export function emitOptions(tsconfig: Tsconfig): EmitOptions {
	const { options } = tsconfig;
	const strict = options.strict !== false;
	return {
		...jsxOf(tsconfig),
		experimentalDecorators: options.experimentalDecorators === true,
		emitDecoratorMetadata: options.emitDecoratorMetadata === true,
		strictNullChecks:
			typeof options.strictNullChecks === "boolean"
				? options.strictNullChecks
				: strict,
		definesFields: options.useDefineForClassFields !== false,
	};
}

/** The same for a module, whose name says whether it has JSX. */
export const moduleEmitOptions = (tsconfig: Tsconfig): EmitOptions =>
	emitOptions({
		...tsconfig,
		options: { jsx: "react-jsx", ...tsconfig.options },
	});

/** Without a tsconfig. */
export const plainEmit: EmitOptions = emitOptions({ options: {} });
