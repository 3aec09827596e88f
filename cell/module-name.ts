/** Space and comments, line by line, in front of the first code. */
const LEADING = /^(?:\s+|\/\/.*|\/\*[\s\S]*?\*\/)*/;
const DOC_COMMENT = /\/\*\*(?:([\s\S]*?)\*\/|[\s\S]*$)/g;
const TAG = /^[ \t*]*@module[ \t]+(\w+)[ \t\r]*$/m;

/**
 * The name of a cell that is a module: it has `@module name` in a doc comment
 * before its code, as tslab spells it. It is not run but imported by `./name`.
 */
export function moduleName(source: string): string | undefined {
	// Most cells are not searched.
	if (!source.includes("@module")) return undefined;
	const [leading] = LEADING.exec(source) ?? [""];
	for (const [, comment = ""] of leading.matchAll(DOC_COMMENT)) {
		const name = TAG.exec(comment)?.[1];
		if (name !== undefined) return name;
	}
	return undefined;
}
