import { mayHaveJsx } from "../syntax.ts";
import { descendants, type Node, type Program, type Span } from "../tree.ts";
import type { EmitOptions } from "./emit-options.ts";

/** Most code has none, and is not searched. */
const mayHaveDecorators = (source: string) => /@|\baccessor\b/.test(source);

/** What a program has that is not JavaScript, types apart. */
export interface Extensions {
	readonly decorates: boolean;
	/** Decorators by the standard, or the keyword `accessor`. */
	readonly lowers: boolean;
	/** The JavaScript of it begins with imports of its own: of a JSX runtime, of helpers. */
	readonly imports: boolean;
	/** The first of its JSX. */
	readonly jsx?: Span;
}

export function extensionsIn(
	source: string,
	program: Program,
	{ experimentalDecorators, jsx }: EmitOptions,
): Extensions {
	if (!mayHaveDecorators(source) && !mayHaveJsx(source))
		return { decorates: false, lowers: false, imports: false };
	const first = new Map<string, Node>();
	for (const node of descendants([program]))
		if (!first.has(node.type)) first.set(node.type, node);
	const decorates = first.has("Decorator");
	const element = first.get("JSXElement") ?? first.get("JSXFragment");
	const lowers =
		first.has("AccessorProperty") || (decorates && !experimentalDecorators);
	return {
		decorates,
		lowers,
		imports:
			(decorates && !lowers) ||
			(element !== undefined && jsx?.runtime === "automatic"),
		...(element && { jsx: element }),
	};
}
