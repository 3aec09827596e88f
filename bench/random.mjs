// Measures what a random number costs, beside V8's own and seedrandom's; see README.md.
import { createRequire } from "node:module";
import { installRandom } from "../dist/experiment/random/install.js";
import { withStreams } from "../dist/experiment/random/scope.js";
import { openStream, StreamSet } from "../dist/experiment/random/stream.js";
import { random as native } from "../dist/host/system-random.js";
import { bestOf } from "./best-of.mjs";

// Short ones: in some of them nothing else ran.
const ROUNDS = 150;
const DRAWS = 100_000;
const seedrandom = createRequire(import.meta.url)("seedrandom");
installRandom();

// A loop for each: V8 compiles it for the one function that it calls.
const measure = (draw) => {
	const loop = new Function(
		"draw",
		"count",
		"let sum = 0; for (let i = 0; i < count; i++) sum += draw(); return sum;",
	);
	return bestOf(ROUNDS, DRAWS, () => loop(draw, DRAWS));
};

const sources = [
	["Math.random of V8", native, measure],
	["seedrandom's alea, 32 bits", seedrandom.alea("a"), measure],
	["seedrandom's arc4", seedrandom("a"), measure],
	["a stream: dd.rng(name)", openStream("1", "a").next, measure],
	[
		"Math.random in a run or cell",
		Math.random,
		(draw) => withStreams(new StreamSet("1"), () => measure(draw)),
	],
];
const figures = sources.map(([name, draw, run]) => [name, run(draw)]);
const [[, own], [, alea]] = figures;
console.log(`${"".padEnd(30)}      ns   ÷ V8  ÷ alea`);
for (const [name, nanoseconds] of figures)
	console.log(
		`${name.padEnd(30)} ${nanoseconds.toFixed(1).padStart(7)} ${(nanoseconds / own).toFixed(2).padStart(6)} ${(nanoseconds / alea).toFixed(2).padStart(7)}`,
	);
