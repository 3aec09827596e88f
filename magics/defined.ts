import { parseCell } from "../cell/cell.ts";
import { calledName, propertyOf } from "../cell/options.ts";
import { literalValue } from "../cell/parameters.ts";
import { tryStatements } from "../cell/syntax.ts";
import { type CallExpression, descendants } from "../cell/tree.ts";
import { BUILT_IN } from "./built-in-names.ts";
import { learnMagics, type MagicDefinition } from "./user.ts";

/**
 * Finds the magics that cells define by `dd.magic("name", …)` in their code,
 * without running it: enough to recognise them in other cells and to call them
 * in a script.
 */
export function learnMagicsOf(sources: readonly string[]): void {
	const found = new Map<string, MagicDefinition>();
	for (const source of sources) {
		if (!/\bmagic\b/.test(source)) continue;
		const statements = tryStatements(parseCell(source).lines.join("\n")) ?? [];
		for (const node of descendants(statements)) {
			const definition =
				node.type === "CallExpression" ? definitionIn(node) : undefined;
			if (definition) found.set(definition.name, definition);
		}
	}
	learnMagics([...found.values()]);
}

function definitionIn(call: CallExpression): MagicDefinition | undefined {
	if (calledName(call) !== "magic") return undefined;
	const [first, options] = call.arguments;
	const name = first && literalValue(first);
	if (typeof name !== "string" || BUILT_IN.has(name)) return undefined;
	const option =
		options?.type === "ObjectExpression"
			? propertyOf(options, "wraps")
			: undefined;
	const wraps = option && literalValue(option);
	return {
		name,
		summary: "",
		positionals: [{ name: "ARGUMENTS", description: "As defined." }],
		options: [],
		examples: [],
		// The arguments are checked where the magic runs.
		line: "text",
		wraps: wraps === "text" ? "text" : wraps === "code",
	};
}
