import {
	boundNames,
	isNode,
	type Node,
	parseSource,
	walk,
} from "../../magics/syntax.ts";
import { blankMagics } from "../language/magic-lines.ts";

/** Does the code of a cell give the name a value, other than by declaring it? */
export function isAssigned(source: string, name: string): boolean {
	const { program } = parseSource(blankMagics(source));
	for (const node of walk([program as unknown as Node])) {
		const { type, left, argument } = node;
		const target =
			type === "AssignmentExpression" || /^For(In|Of)Statement$/.test(type)
				? left
				: type === "UpdateExpression"
					? argument
					: undefined;
		if (isNode(target) && boundNames(target).includes(name)) return true;
	}
	return false;
}
