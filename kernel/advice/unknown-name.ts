import { analyseScope, isFree } from "../../cell/scope.ts";
import { parseSource } from "../../cell/syntax.ts";
import { foreignName } from "../../cell/text/foreign.ts";
import { pythonName } from "../../cell/text/python.ts";
import { blankMagics } from "../../magics/magic-lines.ts";

/**
 * What to write in place of a name that is not defined: a declaration where the
 * code gives it a value, else what stands here for a name of another kernel, the browser or Python.
 * @param code in which it stands, if that is known
 */
export function adviceOnName(
	name: string,
	code: string | undefined,
): string | undefined {
	return !name.startsWith("$$") && code !== undefined && isAssigned(code, name)
		? `declare it where it is first given a value: let ${name} = …`
		: (foreignName(name) ?? pythonName(name));
}

/** Does the code of a cell give the name a value, other than by declaring it? */
function isAssigned(source: string, name: string): boolean {
	const { program } = parseSource(blankMagics(source));
	return analyseScope(program).shared.some(
		(use) => use.name === name && use.writes && isFree(use),
	);
}
