import { type GeneratedCode, generate } from "./generate.ts";
import { isJavaScript, partAt } from "./is-javascript.ts";
import { enclosed } from "./prologue.ts";
import type { Rewriting } from "./rewriting.ts";
import { RUNTIME } from "./syntax.ts";

/** What a script has around the statements of its cell. */
export interface ScriptFrame {
	/** Constants of the cell. */
	readonly params: readonly string[];
	/** Does it wait for something? */
	readonly async: boolean;
	/** Does it use globals that cells hide? Their values lie in `RUNTIME.hiding`. */
	readonly hiding: boolean;
}

/** Makes the script of a cell whose statements are rewritten. */
export function asScript(
	{ source, program, text, emit, extensions }: Rewriting,
	{ params, async, hiding }: ScriptFrame,
): GeneratedCode {
	const { lowers, imports } = extensions;
	const constants =
		params.length > 0
			? `const { ${params.join(", ")} } = ${RUNTIME}.params; `
			: "";
	const [open, close] = async
		? ["(async () => { ", " })()"]
		: hiding || lowers
			? ["(() => { ", " })()"]
			: ["", ""];
	// A block of its own makes the parameters constants, here and in closures.
	text.prepend(`${open}"use strict"; { ${constants}`);
	text.append(`\n}${close}`);
	const plain = isJavaScript(source, program);
	const generated = generate(text, emit.jsx ? "cell.tsx" : "cell.ts", {
		emit,
		keepImports: true,
		lowers,
		plain,
	});
	const code = lowers || imports ? enclosed(generated.code) : generated.code;
	// Of all this, what places errors is kept as long as the session.
	const { position } = generated;
	return {
		position: plain ? inParts(source, position) : position,
		// `with` is not TypeScript; on the first line is nothing of the user's.
		code: hiding ? `with (${RUNTIME}.hiding) ${code}` : code,
	};
}

/** Places in JavaScript that was not compiled; made here, so that it holds nothing else of the compiler. */
const inParts =
	(
		source: string,
		position: GeneratedCode["position"],
	): GeneratedCode["position"] =>
	(line, column) => {
		const at = position(line, column);
		return at && partAt(source, at);
	};
