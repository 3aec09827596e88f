import { RUNTIME } from "./syntax.ts";

/** A cell's function, which begins in the first column as nothing before it does. */
const MAIN = /^\((?:async )?\(\) => \{/m;

const IMPORT = /^import (?:(\w+)|\{(.*)\}) from ("[^"]+");$/gm;

/**
 * The JavaScript of decorators and JSX begins with helpers and imports, as that
 * of a module may. A cell is a script: its imports are awaited within its
 * function, and its helpers go into a function around it, where no other cell
 * finds them. All lines stay where they are.
 * @param code helpers and imports, then the cell's function, called
 */
export function enclosed(code: string): string {
	const at = code.search(MAIN);
	if (at <= 0) return code;
	const loads: string[] = [];
	const helpers = code
		.slice(0, at)
		.replace(IMPORT, (_, whole?: string, parts?: string, from?: string) => {
			const bound = whole
				? `default: ${whole}`
				: (parts ?? "").replaceAll(" as ", ": ");
			loads.push(
				`const { ${bound} } = await ${RUNTIME}.module(import(${from}), ${from}, []);`,
			);
			return "";
		});
	const main = code
		.slice(at)
		.replace(MAIN, (opening) => `${opening} "use strict"; ${loads.join(" ")}`);
	return `(() => { ${helpers}return ${main}})()`;
}
