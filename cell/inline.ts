import { UsageError } from "../base/errors.ts";
import { tryStatements } from "./syntax.ts";
import type { Expression, Program } from "./tree.ts";

/** Code with a call around its value: `const a = f()` → `const a = await g(async () => (f()));`. */
export interface InlineCall {
	readonly code: string;
	/** Offset in `code` of what was at offset 0 of the value, and what it was there. */
	readonly moved: { readonly to: number; readonly from: number };
}

/**
 * Wraps the value of an expression, or of a declaration of one name, so that
 * the name is declared where the line stands.
 * @param call the call, given an async function that has the value
 * @returns undefined for what is not TypeScript
 * @throws UsageError for other statements
 */
export function wrapValue(
	text: string,
	call: (thunk: string) => string,
): InlineCall | undefined {
	const statements = tryStatements(text);
	if (!statements) return undefined;
	const value = valueIn(statements);
	if (!value)
		throw new UsageError(
			`"${text}" is neither an expression nor a declaration of one name; write it below %%time, in a cell of its own`,
		);
	const inner = text.slice(value.start, value.end);
	const before = text.slice(0, value.start);
	const wrapped = call(`async () => (${inner})`);
	return {
		code: `${before}${wrapped};`,
		moved: {
			from: value.start,
			to: before.length + wrapped.indexOf(`(${inner})`) + 1,
		},
	};
}

function valueIn(statements: Program["body"]): Expression | undefined {
	const [only, another] = statements;
	if (!only || another) return undefined;
	if (only.type === "ExpressionStatement") return only.expression;
	if (only.type !== "VariableDeclaration" || only.declare) return undefined;
	const [declarator, second] = only.declarations;
	return second ? undefined : (declarator?.init ?? undefined);
}
