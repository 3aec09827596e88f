import type MagicString from "magic-string";
import { childrenOf, type Node, type Program } from "../tree.ts";
import { isCompiledApart, RUNTIME } from "./syntax.ts";

/** A script has no `import.meta`: the runtime answers for the notebook. */
export function answerImportMeta(text: MagicString, program: Program): void {
	if (!text.original.includes("import")) return;
	const visit = (node: Node): void => {
		if (isCompiledApart(node)) return;
		if (node.type === "MetaProperty" && node.meta.name === "import")
			text.overwrite(node.start, node.end, `${RUNTIME}.meta`, {
				contentOnly: true,
			});
		for (const child of childrenOf(node)) visit(child);
	};
	visit(program);
}
