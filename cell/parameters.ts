import type { ParamValue, Scalar } from "../experiment/events.ts";
import { namesIn } from "./text/names-in.ts";
import type { Node, Program } from "./tree.ts";

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

/** The number, text or truth value that the code spells out; undefined where it computes one. */
export function literalValue(node: Node): Scalar | undefined {
	switch (node.type) {
		case "UnaryExpression": {
			if (node.operator !== "-" && node.operator !== "+") return undefined;
			const inner = literalValue(node.argument);
			if (typeof inner !== "number") return undefined;
			return node.operator === "-" ? -inner : inner;
		}
		case "TemplateLiteral": {
			const [only, another] = node.quasis;
			return another ? undefined : (only?.value.cooked ?? undefined);
		}
		case "Literal": {
			const { value } = node;
			return typeof value === "number" ||
				typeof value === "string" ||
				typeof value === "boolean"
				? value
				: undefined;
		}
		default:
			return undefined;
	}
}

/** The same, or a list of such values. */
export function literalParam(node: Node): ParamValue | undefined {
	if (node.type !== "ArrayExpression") return literalValue(node);
	const values = node.elements.map((one) => one && literalValue(one));
	return values.every((value) => value !== undefined && value !== null)
		? values
		: undefined;
}

/** The numbers, texts, truth values and lists of them that a cell's top level declares, in order. */
export function parametersIn(statements: Program["body"]): CellParameter[] {
	return statements.flatMap((statement) => {
		const node =
			statement.type === "ExportNamedDeclaration"
				? statement.declaration
				: statement;
		if (node?.type !== "VariableDeclaration") return [];
		return node.declarations.flatMap(({ id, init }) => {
			const value = init ? literalParam(init) : undefined;
			if (id.type !== "Identifier" || !init || value === undefined) return [];
			return [{ name: id.name, value, start: init.start, end: init.end }];
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
	for (const name of namesIn(code)) {
		const key = name.normalize("NFC");
		if (key !== name && params.includes(key)) found.set(name, key);
	}
	return found;
}
