import { strictFunctions } from "./functions.ts";

/** The global that `**` of user code becomes; no user would spell it. */
export const POWER = "__deepdiva_power__";

type Numeric = number | bigint;

/** What the operator makes of an operand before it looks at the other one's type. */
function numeric(operand: unknown): Numeric {
	if (typeof operand === "number") return operand;
	let value = operand as number;
	// Only this conversion leaves a bigint what it is.
	return value++;
}

type Power = (a: unknown, b: unknown) => Numeric;

/** V8 makes of a call of this what it makes of the operator. */
const plain: Power = (a, b) => (a as number) ** (b as number);

/** Numbers by the strict function. */
const strict: Power = (a, b) => {
	const base = numeric(a);
	const exponent = numeric(b);
	return typeof base === "number" && typeof exponent === "number"
		? strictFunctions().pow(base, exponent)
		: // Of two bigints the power, of a mixture the language's error.
			(base as number) ** (exponent as number);
};

let current = plain;

/** `object[key] **= value`, in two steps, as the value may have an `await`. */
function at(
	object: Record<PropertyKey, unknown>,
	key: unknown,
): { by(value: unknown): unknown } {
	// A key is made a name once, however often it is used.
	const name: PropertyKey = typeof key === "symbol" ? key : `${key}`;
	const before = object[name];
	return {
		by(value) {
			const result = current(before, value);
			object[name] = result;
			return result;
		},
	};
}

/**
 * Puts what rewritten code calls in its place.
 * @param isStrict where it is to be strict; by default nowhere
 */
export function placePower(isStrict?: () => boolean): void {
	current = isStrict
		? (a, b) => (isStrict() ? strict(a, b) : plain(a, b))
		: plain;
	Object.defineProperty(globalThis, POWER, {
		value: Object.assign(current, { at }),
		configurable: true,
	});
}

/** The same, for whoever rewrites code: what is there already stays. */
export function installPower(): void {
	if (!(POWER in globalThis)) placePower();
}
