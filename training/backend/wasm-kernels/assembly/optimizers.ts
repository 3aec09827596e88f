// Compiled by AssemblyScript: no TypeScript of Node's.

/**
 * Steps of optimizers, in place: 32-bit numbers, each computed in 64 bits and rounded
 * once. They take the numbers `[from, end)` of a variable.
 */

const VALUE: usize = sizeof<f32>();

/** Two numbers in 64 bits. */
function two(at: usize): v128 {
	return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

function storeTwo(at: usize, values: v128): void {
	v128.store64_lane(at, f32x4.demote_f64x2_zero(values), 0);
}

/** Stochastic gradient descent. */
export function descend(
	values: usize,
	gradient: usize,
	from: i32,
	end: i32,
	rate: f64,
): void {
	let at = <usize>from * VALUE;
	const last = <usize>end * VALUE;
	const rates = f64x2.splat(rate);
	for (; at + 8 <= last; at += 8)
		storeTwo(
			values + at,
			f64x2.sub(two(values + at), f64x2.mul(rates, two(gradient + at))),
		);
	if (at < last)
		store<f32>(
			values + at,
			<f32>(<f64>load<f32>(values + at) - rate * <f64>load<f32>(gradient + at)),
		);
}

/** The same along a velocity, of which `kept` stays. The variable follows it before it is rounded. */
export function descendWithMomentum(
	values: usize,
	gradient: usize,
	velocity: usize,
	from: i32,
	end: i32,
	rate: f64,
	kept: f64,
): void {
	let at = <usize>from * VALUE;
	const last = <usize>end * VALUE;
	const rates = f64x2.splat(rate);
	const share = f64x2.splat(kept);
	for (; at + 8 <= last; at += 8) {
		const next = f64x2.add(
			f64x2.mul(share, two(velocity + at)),
			two(gradient + at),
		);
		storeTwo(velocity + at, next);
		storeTwo(values + at, f64x2.sub(two(values + at), f64x2.mul(rates, next)));
	}
	if (at < last) {
		const next =
			kept * <f64>load<f32>(velocity + at) + <f64>load<f32>(gradient + at);
		store<f32>(velocity + at, <f32>next);
		store<f32>(values + at, <f32>(<f64>load<f32>(values + at) - rate * next));
	}
}

/**
 * Adam (Kingma and Ba 2015).
 *
 * @param first mean of gradients
 * @param second mean of their squares
 * @param begun1 1 - beta1^t
 * @param begun2 1 - beta2^t
 */
export function adam(
	values: usize,
	gradient: usize,
	first: usize,
	second: usize,
	from: i32,
	end: i32,
	rate: f64,
	beta1: f64,
	beta2: f64,
	begun1: f64,
	begun2: f64,
	epsilon: f64,
): void {
	let at = <usize>from * VALUE;
	const last = <usize>end * VALUE;
	const rates = f64x2.splat(rate);
	const kept1 = f64x2.splat(beta1);
	const kept2 = f64x2.splat(beta2);
	const new1 = f64x2.splat(1 - beta1);
	const new2 = f64x2.splat(1 - beta2);
	const share1 = f64x2.splat(begun1);
	const share2 = f64x2.splat(begun2);
	const little = f64x2.splat(epsilon);
	for (; at + 8 <= last; at += 8) {
		const g = two(gradient + at);
		const m = f64x2.add(f64x2.mul(kept1, two(first + at)), f64x2.mul(new1, g));
		const v = f64x2.add(
			f64x2.mul(kept2, two(second + at)),
			f64x2.mul(f64x2.mul(new2, g), g),
		);
		storeTwo(first + at, m);
		storeTwo(second + at, v);
		const along = f64x2.div(
			f64x2.div(m, share1),
			f64x2.add(f64x2.sqrt(f64x2.div(v, share2)), little),
		);
		storeTwo(values + at, f64x2.sub(two(values + at), f64x2.mul(rates, along)));
	}
	if (at < last) {
		const g = <f64>load<f32>(gradient + at);
		const m = beta1 * <f64>load<f32>(first + at) + (1 - beta1) * g;
		const v = beta2 * <f64>load<f32>(second + at) + (1 - beta2) * g * g;
		store<f32>(first + at, <f32>m);
		store<f32>(second + at, <f32>v);
		const along = m / begun1 / (sqrt<f64>(v / begun2) + epsilon);
		store<f32>(values + at, <f32>(<f64>load<f32>(values + at) - rate * along));
	}
}
