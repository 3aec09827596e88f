import { parseCell } from "../cell/cell.ts";
import { type Node, tryStatements, walk } from "../cell/syntax.ts";
import { BUILT_IN } from "./built-in-names.ts";
import { learnMagics, type MagicDefinition } from "./user.ts";

/**
 * Learns the magics that cells define by `dd.magic("name", …)`, from their code
 * alone: enough to find them in other cells and to call them in a script.
 */
export function learnMagicsOf(sources: readonly string[]): void {
	const found = new Map<string, MagicDefinition>();
	for (const source of sources) {
		if (!/\bmagic\b/.test(source)) continue;
		const statements = tryStatements(parseCell(source).lines.join("\n")) ?? [];
		for (const node of walk(statements)) {
			const definition = definitionIn(node);
			if (definition) found.set(definition.name, definition);
		}
	}
	learnMagics([...found.values()]);
}

function definitionIn(node: Node): MagicDefinition | undefined {
	if (node.type !== "CallExpression") return undefined;
	const callee = node.callee as Node;
	const [name, options] = node.arguments as Node[];
	const called = (callee.property as Node | undefined)?.name ?? callee.name;
	if (called !== "magic" || typeof name?.value !== "string") return undefined;
	if (BUILT_IN.has(name.value)) return undefined;
	const wraps =
		options?.type === "ObjectExpression"
			? (options.properties as Node[]).find(
					({ key }) => (key as Node | undefined)?.name === "wraps",
				)
			: undefined;
	const value = (wraps?.value as Node | undefined)?.value;
	return {
		name: name.value,
		summary: "",
		positionals: [{ name: "ARGUMENTS", description: "As defined." }],
		options: [],
		examples: [],
		// What the arguments may be is known where the magic runs.
		line: "text",
		wraps: value === "text" ? "text" : value === "code",
	};
}
