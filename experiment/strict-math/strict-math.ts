import { asyncScope } from "../../host/async-scope.ts";
import { type StrictFunctions, strictFunctions } from "./functions.ts";
import { placePower } from "./power.ts";

type AnyFunction = (...values: number[]) => number;
type Name = keyof StrictFunctions;

/** In these calls chains; nothing else notices. */
const scope = asyncScope<true | undefined>();
/** How many bodies of `withStrictMath` run. */
let bodies = 0;
let everywhere = false;
/** The engine's own functions, while others stand in their place. */
let natives: Readonly<Record<string, AnyFunction>> | undefined;

/** Is code that runs here to get the same bits on every engine? */
export const isStrict = (): boolean =>
	everywhere || (bodies > 0 && scope.getStore() === true);

/** From now on, wherever code runs in this process, or no longer. */
export function setStrictMath(strict: boolean): void {
	everywhere = strict;
	update();
}

/** Runs `body`, and everything it awaits or schedules, with strict functions in `Math`. */
export async function withStrictMath<T>(body: () => Promise<T>): Promise<T> {
	bodies++;
	update();
	try {
		return await scope.run(true, body);
	} finally {
		bodies--;
		update();
	}
}

/** What runs code later, and all that it awaits or schedules, as strictly as now. */
export function presentStrictness(): <T>(body: () => T) => T {
	const strict = scope.getStore();
	return (body) => scope.run(strict, body);
}

/** Code that is not strict has the engine's own functions whenever no other code is strict. */
function update(): void {
	const needed = everywhere || bodies > 0;
	if (needed === (natives !== undefined)) return;
	placePower(needed ? isStrict : undefined);
	const math = Math as unknown as Record<string, AnyFunction>;
	if (natives) {
		Object.assign(math, natives);
		natives = undefined;
		return;
	}
	const strict = strictFunctions();
	const before: Record<string, AnyFunction> = {};
	for (const name of Object.keys(strict) as Name[]) {
		const native = math[name] as AnyFunction;
		before[name] = native;
		math[name] = replacement(name, native, strict[name] as AnyFunction);
	}
	natives = before;
}

function replacement(
	name: Name,
	native: AnyFunction,
	strict: AnyFunction,
): AnyFunction {
	const choose: AnyFunction =
		name === "hypot"
			? (...values) => (isStrict() ? strict(...values) : native(...values))
			: native.length === 2
				? (a, b) =>
						isStrict()
							? strict(a as number, b as number)
							: native(a as number, b as number)
				: (x) => (isStrict() ? strict(x as number) : native(x as number));
	return Object.defineProperties(choose, {
		name: { value: name, configurable: true },
		length: { value: native.length, configurable: true },
	});
}
