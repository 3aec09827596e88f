// Measures the functions of strict math beside the engine's own; see README.md.
import { openStream } from "../dist/experiment/random/stream.js";
import { strictFunctions } from "../dist/experiment/strict-math/functions.js";
import { withStrictMath } from "../dist/experiment/strict-math/strict-math.js";
import { bestOf } from "./best-of.mjs";

const CALLS = 5_000;
const ROUNDS = 100;
const next = openStream("1", "bench").next;

/** In the range that training uses; those of a logarithm are positive, of acosh above 1. */
function operands(name) {
	const scale = /^(asin|acos|atanh)$/.test(name) ? 1 : 4;
	const shift = name === "acosh" ? 1 : 0;
	return Float64Array.from(
		{ length: CALLS },
		() => scale * next() + shift + 1e-9,
	);
}

/** Each loop is compiled for its own function, as a program's would be. */
const loopOf = (call) =>
	new Function(
		"Math",
		"a",
		"b",
		`let sum = 0; for (let i = 0; i < a.length; i++) sum += ${call}; return sum;`,
	);

console.log(
	"function     native  strict in a run  ratio   (ns a call, best of rounds)",
);
const ratios = [];
for (const name of Object.keys(strictFunctions()).sort()) {
	const [a, b] = [operands(name), operands(name)];
	const call = /^(pow|atan2|hypot)$/.test(name)
		? `Math.${name}(a[i], b[i])`
		: `Math.${name}(a[i])`;
	const measure = () => {
		const loop = loopOf(call);
		return bestOf(ROUNDS, CALLS, () => loop(Math, a, b));
	};
	const native = measure();
	const strict = await withStrictMath(async () => measure());
	ratios.push(strict / native);
	console.log(
		`${name.padEnd(10)} ${native.toFixed(1).padStart(8)} ${strict.toFixed(1).padStart(16)} ${(strict / native).toFixed(2).padStart(6)}`,
	);
}
const mean = Math.exp(
	ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length,
);
console.log(`geometric mean of the ratios: ${mean.toFixed(2)}`);
