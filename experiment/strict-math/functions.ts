import { builtFile } from "../../base/built-file.ts";
import { readFileSync } from "../../host/files.ts";
import { hypot } from "./hypot.ts";

type OneArgument = (x: number) => number;
type TwoArguments = (a: number, b: number) => number;

/** Functions that give the same bits in every engine, with an error below one unit in the last place. */
export interface StrictFunctions {
	readonly acos: OneArgument;
	readonly acosh: OneArgument;
	readonly asin: OneArgument;
	readonly asinh: OneArgument;
	readonly atan: OneArgument;
	readonly atanh: OneArgument;
	readonly cbrt: OneArgument;
	readonly cos: OneArgument;
	readonly cosh: OneArgument;
	readonly exp: OneArgument;
	readonly expm1: OneArgument;
	readonly log: OneArgument;
	readonly log10: OneArgument;
	readonly log1p: OneArgument;
	readonly log2: OneArgument;
	readonly sin: OneArgument;
	readonly sinh: OneArgument;
	readonly tan: OneArgument;
	readonly tanh: OneArgument;
	readonly atan2: TwoArguments;
	readonly pow: TwoArguments;
	readonly hypot: (...values: number[]) => number;
}

let loaded: StrictFunctions | undefined;

/** Loads them when they are first asked for. */
export function strictFunctions(): StrictFunctions {
	loaded ??= load();
	return loaded;
}

function load(): StrictFunctions {
	const { exports } = new WebAssembly.Instance(
		new WebAssembly.Module(
			readFileSync(builtFile("functions.wasm", import.meta.url)),
		),
	);
	const compiled = exports as unknown as Omit<StrictFunctions, "hypot">;
	return { ...compiled, hypot };
}
