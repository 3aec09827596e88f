import type { Examples } from "../../loop.ts";

/** Per colour channel, of values from 0 to 1. */
export interface ChannelStatistics {
	readonly mean: readonly number[];
	/** Population standard deviation; 1 where the channel is constant. */
	readonly std: readonly number[];
}

/** Mean and deviation of each of the last axis's channels over all pixels. */
export function channelStatistics({
	inputs,
	shape,
}: Examples): ChannelStatistics {
	const channels = shape.at(-1) as number;
	const pixels = inputs.length / channels;
	const sum = new Float64Array(channels);
	for (let at = 0; at < inputs.length; at++) {
		const c = at % channels;
		sum[c] = (sum[c] as number) + (inputs[at] as number);
	}
	const mean = sum.map((total) => total / pixels);
	const squares = new Float64Array(channels);
	for (let at = 0; at < inputs.length; at++) {
		const c = at % channels;
		squares[c] =
			(squares[c] as number) +
			((inputs[at] as number) - (mean[c] as number)) ** 2;
	}
	const std = squares.map((total) => Math.sqrt(total / pixels) || 1);
	return { mean: [...mean], std: [...std] };
}

/** Takes off the mean and divides by the deviation, in place. */
export function normalise(
	{ inputs, shape }: Examples,
	{ mean, std }: ChannelStatistics,
): void {
	const channels = shape.at(-1) as number;
	for (let at = 0; at < inputs.length; at++) {
		const c = at % channels;
		inputs[at] =
			((inputs[at] as number) - (mean[c] as number)) / (std[c] as number);
	}
}
