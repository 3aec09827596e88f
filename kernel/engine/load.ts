import { guardedAwait } from "./interrupt.ts";

type Namespace = Record<string, unknown>;

/**
 * What a cell's `import … from "x"` waits for.
 * @param loading the module, being imported
 * @param needed names that must be exported
 * @returns the module's namespace, or what a CommonJS package exports
 * @throws SyntaxError when a name is missing, else what the module threw
 */
export async function loadModule(
	loading: Promise<Namespace>,
	specifier: string,
	needed: readonly string[],
): Promise<Namespace> {
	const namespace = await guardedAwait(loading);
	const missing = needed.find((name) => !(name in namespace));
	if (missing === undefined) return namespace;
	// A CommonJS package whose names Node could not see from outside.
	const inner = namespace.default;
	if (hasMembers(inner) && missing in inner)
		return { ...inner, default: inner };
	throw new SyntaxError(`"${specifier}" has no export named "${missing}"`);
}

const hasMembers = (value: unknown): value is Namespace =>
	(typeof value === "object" && value !== null) || typeof value === "function";
