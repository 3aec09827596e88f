import {
	encodedMappings,
	LEAST_UPPER_BOUND,
	originalPositionFor,
	TraceMap,
} from "@jridgewell/trace-mapping";
import type MagicString from "magic-string";
import { type TransformOptions, transformSync } from "oxc-transform";
import { isLeftToEsbuild, lower } from "./decorators.ts";
import { plainEmit } from "./emit-options.ts";
import type { GenerateOptions, Transformed } from "./generate-options.ts";
import { CellSyntaxError, locate } from "./syntax.ts";

/** JavaScript that knows where it came from. */
export interface GeneratedCode {
	readonly code: string;
	/** Where the generated line and column (both 1-based) come from in the source. */
	position(
		line: number,
		column: number,
	): { line: number; column: number } | undefined;
}

type Map = ConstructorParameters<typeof TraceMap>[0];

/**
 * The position (1-based) that a source map gives for one (1-based); of what was
 * put in front of the source's text, that of the text. V8 reports the start of
 * a statement for a name that it does not find.
 */
function trace(map: TraceMap, line: number, column: number) {
	const place = { line, column: column - 1 };
	const at = originalPositionFor(map, place);
	const found =
		at.line === null
			? originalPositionFor(map, { ...place, bias: LEAST_UPPER_BOUND })
			: at;
	return found.line === null
		? undefined
		: { line: found.line, column: found.column + 1 };
}

/** So many pieces of code keep what their maps are made from; of those before, the maps are kept as text. */
const RECENT = 64;

/** The maps that were made or asked last. */
const recent = new Set<Positions>();

/**
 * Where generated code comes from. The map is made when first asked for, as
 * most code runs without an error to be placed, or when the code is no longer
 * recent: what it is made from takes many times its memory.
 */
class Positions {
	#make: (() => Map) | undefined;
	#map: TraceMap | undefined;
	#mappings = "";

	constructor(make: () => Map) {
		this.#make = make;
		this.#touch();
	}

	/** What `trace` finds. */
	trace(line: number, column: number) {
		this.#touch();
		this.#map ??= this.#make
			? new TraceMap(this.#make())
			: new TraceMap({
					version: 3,
					sources: [""],
					names: [],
					mappings: this.#mappings,
				});
		return trace(this.#map, line, column);
	}

	#touch(): void {
		recent.delete(this);
		recent.add(this);
		const [oldest] = recent;
		if (recent.size <= RECENT || !oldest) return;
		recent.delete(oldest);
		oldest.#settle();
	}

	#settle(): void {
		if (this.#make)
			this.#mappings = String(
				encodedMappings(this.#map ?? new TraceMap(this.#make())),
			);
		this.#make = undefined;
		this.#map = undefined;
	}
}

function transform(
	filename: string,
	typed: string,
	{ emit = plainEmit, keepImports = false }: GenerateOptions,
	sourcemap: boolean,
): Transformed {
	const { jsx, definesFields } = emit;
	const options: TransformOptions = {
		sourceType: "module",
		sourcemap,
		typescript: {
			onlyRemoveTypeImports: keepImports,
			removeClassFieldsWithoutInitializer: !definesFields,
		},
		...(definesFields ? {} : { assumptions: { setPublicClassFields: true } }),
		...(jsx ? { jsx } : {}),
		...(emit.experimentalDecorators
			? {
					decorator: {
						legacy: true,
						emitDecoratorMetadata: emit.emitDecoratorMetadata,
						strictNullChecks: emit.strictNullChecks,
					},
				}
			: {}),
	};
	const { code, map, errors } = transformSync(filename, typed, options);
	const [error] = errors;
	if (!error) return { code, map };
	const { message, labels } = error;
	return { code, failure: { message, offset: labels[0]?.start ?? 0 } };
}

/**
 * Makes JavaScript of rewritten TypeScript.
 * @param text edits of the source the positions refer to
 * @throws CellSyntaxError when what remains is not JavaScript
 */
export function generate(
	text: MagicString,
	filename: string,
	options: GenerateOptions = {},
): GeneratedCode {
	const typed = text.toString();
	const typedMap = mapOf(text);
	if (options.plain) return { code: typed, position: placesIn(typedMap) };
	const run = (sourcemap: boolean) =>
		options.lowers
			? lower(filename, typed, options)
			: transform(filename, typed, options, sourcemap);
	const tried = run(false);
	const first = isLeftToEsbuild(tried)
		? lower(filename, typed, options)
		: tried;
	const { code, failure } = first;
	if (failure) {
		const { line, column } = locate(typed, failure.offset);
		const at = typedMap.trace(line, column) ?? { line: 1, column: 1 };
		throw new CellSyntaxError(failure.message, at.line, at.column);
	}
	const scriptMap = new Positions(() => (first.map ?? run(true).map) as Map);
	return { code, position: placesIn(typedMap, scriptMap) };
}

const mapOf = (text: MagicString) =>
	new Positions(() => text.generateMap({ hires: "boundary" }) as Map);

/** Made here, so that it holds the maps and nothing that they are made from. */
const placesIn =
	(typedMap: Positions, scriptMap?: Positions): GeneratedCode["position"] =>
	(line, column) => {
		if (!scriptMap) return typedMap.trace(line, column);
		const inTyped = scriptMap.trace(line, column);
		return inTyped && typedMap.trace(inTyped.line, inTyped.column);
	};
