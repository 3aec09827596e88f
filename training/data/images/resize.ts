import type { Picture } from "./decode.ts";

/** For each output place, which input places count and how much; the weights sum to 1. */
interface Taps {
	readonly first: Int32Array;
	readonly weights: readonly Float64Array[];
}

/** Bilinear (triangle) weights between pixel centres, widened when shrinking so that no pixel is skipped. */
function tapsOf(from: number, to: number): Taps {
	const ratio = from / to;
	const reach = Math.max(1, ratio);
	const first = new Int32Array(to);
	const weights = Array.from({ length: to }, (_, place) => {
		const centre = (place + 0.5) * ratio;
		const start = Math.max(0, Math.floor(centre - reach + 0.5));
		const end = Math.min(from, Math.floor(centre + reach + 0.5));
		first[place] = start;
		const raw = Float64Array.from({ length: end - start }, (_, tap) =>
			Math.max(0, 1 - Math.abs((start + tap + 0.5 - centre) / reach)),
		);
		const sum = raw.reduce((total, weight) => total + weight, 0);
		return raw.map((weight) => weight / sum);
	});
	return { first, weights };
}

const known = new Map<string, Taps>();

function taps(from: number, to: number): Taps {
	const key = `${from} ${to}`;
	let found = known.get(key);
	if (!found) {
		found = tapsOf(from, to);
		known.set(key, found);
	}
	return found;
}

/**
 * Writes the picture at `width` × `height` as RGB, `[height, width, 3]`, into
 * `target` from `at` on. Bilinear, with antialiasing when it shrinks; gray
 * goes into all three channels.
 */
export function resizeInto(
	picture: Picture,
	width: number,
	height: number,
	target: Float32Array,
	at: number,
): void {
	const { channels, values } = picture;
	const across = taps(picture.width, width);
	const down = taps(picture.height, height);
	const rows = new Float64Array(picture.height * width * channels);
	for (let y = 0; y < picture.height; y++)
		for (let x = 0; x < width; x++) {
			const weights = across.weights[x] as Float64Array;
			const source =
				(y * picture.width + (across.first[x] as number)) * channels;
			for (let c = 0; c < channels; c++) {
				let sum = 0;
				for (let t = 0; t < weights.length; t++)
					sum +=
						(weights[t] as number) *
						(values[source + t * channels + c] as number);
				rows[(y * width + x) * channels + c] = sum;
			}
		}
	const stride = width * channels;
	for (let y = 0; y < height; y++) {
		const weights = down.weights[y] as Float64Array;
		const source = (down.first[y] as number) * stride;
		for (let i = 0; i < stride; i++) {
			let sum = 0;
			for (let t = 0; t < weights.length; t++)
				sum +=
					(weights[t] as number) * (rows[source + t * stride + i] as number);
			if (channels === 3) target[at++] = sum;
			else {
				target[at++] = sum;
				target[at++] = sum;
				target[at++] = sum;
			}
		}
	}
}
