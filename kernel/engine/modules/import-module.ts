import { nearest } from "../../../base/nearest.ts";
import { guardedAwait } from "../interrupt/interrupt.ts";
import { isExportedType } from "./exported-types.ts";

type Namespace = Record<string, unknown>;

/**
 * What a cell's `import … from "x"` waits for.
 * @param loading the module, being imported
 * @param needed names that must be exported
 * @param unsure names that must be exported unless they are types
 * @returns the module's namespace, or what a CommonJS package exports
 * @throws SyntaxError when a name is missing, else what the module threw
 */
export async function loadModule(
	loading: Promise<Namespace>,
	specifier: string,
	needed: readonly string[],
	unsure: readonly string[] = [],
): Promise<Namespace> {
	const namespace = await guardedAwait(loading);
	const absent = [...needed, ...unsure].filter((name) => !(name in namespace));
	if (absent.length === 0) return namespace;
	// A CommonJS package whose names Node could not see from outside.
	const inner = hasMembers(namespace.default) ? namespace.default : {};
	const missing = absent.find(
		(name) =>
			!(name in inner) &&
			(needed.includes(name) ||
				!isExportedType(specifier, name, process.cwd())),
	);
	if (missing !== undefined)
		throw new SyntaxError(missingExport(specifier, missing, namespace, inner));
	return {
		...namespace,
		...Object.fromEntries(absent.map((name) => [name, inner[name]])),
	};
}

const hasMembers = (value: unknown): value is Namespace =>
	(typeof value === "object" && value !== null) || typeof value === "function";

/** So many exports are named in an error. */
const NAMED = 12;

function missingExport(
	specifier: string,
	name: string,
	namespace: Namespace,
	inner: Namespace,
): string {
	const from = JSON.stringify(specifier);
	const isName = (one: string) =>
		one !== "module.exports" && one !== "__esModule";
	const known = [
		...new Set([...Object.keys(namespace), ...Object.keys(inner)]),
	].filter(isName);
	const shown = known.slice(0, NAMED).join(", ");
	const rest = known.length > NAMED ? `, … (${known.length} names)` : "";
	const exported = known.length === 0 ? "nothing" : shown + rest;
	if (name === "default")
		return `${from} has no default export; it exports ${exported}${
			known.length === 0 ? "" : `: import { … } or import * as … from ${from}`
		}`;
	const best = nearest(name, known);
	return `${from} has no export named "${name}"; ${
		best === undefined
			? `it exports ${exported}`
			: `did you mean "${best}"? It exports ${exported}`
	}`;
}
