import { openStream } from "../random/stream.ts";
import type { StrictFunctions } from "./functions.ts";

let next: () => number;
type Draw = () => number;

const between =
	(from: number, to: number): Draw =>
	() =>
		from + (to - from) * next();

/** 2^k · (1 … 2), exactly, with k among whole numbers. */
const magnitude =
	(from: number, to: number): Draw =>
	() => {
		let x = 1 + next();
		const exponent = from + Math.floor((to - from) * next());
		for (let k = 0; k < Math.abs(exponent); k++) x *= exponent < 0 ? 0.5 : 2;
		return x;
	};
const signed =
	(draw: Draw): Draw =>
	() => {
		const x = draw();
		return next() < 0.5 ? -x : x;
	};
const near =
	(centre: number, draw: Draw): Draw =>
	() =>
		centre + draw();

/** Where each function is hard: around zeros, poles and ends, and at every size. */
const DRAWS: Readonly<
	Record<keyof StrictFunctions, readonly (readonly Draw[])[]>
> = {
	acos: [
		[between(-1, 1)],
		[signed(magnitude(-40, -1))],
		[near(1, (() => -magnitude(-40, -2)()) as Draw)],
	],
	acosh: [[between(1, 2)], [near(1, magnitude(-45, -1))], [magnitude(1, 140)]],
	asin: [
		[between(-1, 1)],
		[signed(magnitude(-60, -1))],
		[near(1, (() => -magnitude(-40, -2)()) as Draw)],
	],
	asinh: [[between(-2, 2)], [signed(magnitude(-60, 140))]],
	atan: [[between(-3, 3)], [signed(magnitude(-60, 60))]],
	atanh: [
		[between(-1, 1)],
		[signed(magnitude(-60, -1))],
		[near(1, (() => -magnitude(-40, -2)()) as Draw)],
	],
	cbrt: [[between(-3, 3)], [signed(magnitude(-1074, 1023))]],
	cos: [
		[between(-8, 8)],
		[signed(magnitude(-30, 60))],
		[signed(magnitude(60, 1023))],
	],
	cosh: [[between(-2, 2)], [between(-30, 30)], [between(-710, 710)]],
	exp: [[between(-1, 1)], [between(-708, 709)], [signed(magnitude(-50, -1))]],
	expm1: [[between(-1, 1)], [between(-40, 709)], [signed(magnitude(-60, -1))]],
	log: [
		[magnitude(-1074, 1023)],
		[between(0.5, 2)],
		[near(1, signed(magnitude(-45, -3)))],
	],
	log10: [
		[magnitude(-1074, 1023)],
		[between(0.5, 2)],
		[near(1, signed(magnitude(-45, -3)))],
	],
	log1p: [
		[between(-0.9, 3)],
		[signed(magnitude(-60, -1))],
		[magnitude(1, 300)],
	],
	log2: [
		[magnitude(-1074, 1023)],
		[between(0.5, 2)],
		[near(1, signed(magnitude(-45, -3)))],
	],
	sin: [
		[between(-8, 8)],
		[signed(magnitude(-30, 60))],
		[signed(magnitude(60, 1023))],
	],
	sinh: [
		[between(-2, 2)],
		[between(-30, 30)],
		[between(-710, 710)],
		[signed(magnitude(-60, -1))],
	],
	tan: [
		[between(-8, 8)],
		[signed(magnitude(-30, 60))],
		[signed(magnitude(60, 1023))],
	],
	tanh: [[between(-2, 2)], [between(-25, 25)], [signed(magnitude(-60, -1))]],
	atan2: [
		[between(-3, 3), between(-3, 3)],
		[signed(magnitude(-60, 60)), signed(magnitude(-60, 60))],
	],
	pow: [
		[between(0, 3), between(-30, 30)],
		[magnitude(-30, 30), between(-20, 20)],
		[near(1, signed(magnitude(-30, -3))), signed(magnitude(0, 10))],
	],
	hypot: [
		[between(-3, 3), between(-3, 3)],
		[signed(magnitude(-60, 60)), signed(magnitude(-60, 60))],
	],
};

/** Arguments of a function, always the same. */
export function* argumentsOf(
	name: keyof StrictFunctions,
	count: number,
): Generator<[number, number]> {
	next = openStream("1", name).next;
	for (const [first, second] of DRAWS[name])
		for (let i = 0; i < count; i++)
			yield [(first as Draw)(), second ? second() : 0];
}
