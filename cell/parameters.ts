import type { ParamValue } from "../experiment/events.ts";
import type { Node } from "./syntax.ts";

/** Tags of cells as papermill knows them: defaults, and what was set in their place. */
export const PARAMETERS_TAG = "parameters";
export const INJECTED_TAG = "injected-parameters";

/** A constant of a cell that declares parameters. */
export interface CellParameter {
	readonly name: string;
	readonly value: ParamValue;
	/** Where its value stands in the code. */
	readonly start: number;
	readonly end: number;
}

/** The number, text or truth value that the code spells out. */
export function literalValue(node: Node): ParamValue | undefined {
	const { type, value } = node;
	if (type === "UnaryExpression" && /^[-+]$/.test(node.operator as string)) {
		const inner = literalValue(node.argument as Node);
		if (typeof inner !== "number") return undefined;
		return node.operator === "-" ? -inner : inner;
	}
	if (type === "TemplateLiteral") {
		const [only, ...more] = node.quasis as {
			value: { cooked: string };
		}[];
		return more.length === 0 ? only?.value.cooked : undefined;
	}
	return type === "Literal" &&
		["number", "string", "boolean"].includes(typeof value)
		? (value as ParamValue)
		: undefined;
}

/** The numbers, texts and truth values that a cell's top level declares, in order. */
export function parametersIn(statements: readonly Node[]): CellParameter[] {
	return statements.flatMap((statement) => {
		const node = (statement.declaration as Node | null) ?? statement;
		if (node.type !== "VariableDeclaration") return [];
		return (node.declarations as Node[]).flatMap(({ id, init }) => {
			const name = (id as Node).name as string | undefined;
			const value = init ? literalValue(init as Node) : undefined;
			if (name === undefined || value === undefined) return [];
			const { start, end } = init as Node;
			return [{ name, value, start, end }];
		});
	});
}

/**
 * Parameters by how code spells them, where that is another composition of the
 * same letters: an umlaut may be one character, or a letter and a mark.
 */
export function otherSpellings(
	code: string,
	params: readonly string[],
): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	// Of most names there is one spelling.
	if (params.every((name) => name.normalize("NFD") === name)) return found;
	for (const name of code.match(/[\p{ID_Start}_$][\p{ID_Continue}$]*/gu) ??
		[]) {
		const key = name.normalize("NFC");
		if (key !== name && params.includes(key)) found.set(name, key);
	}
	return found;
}
