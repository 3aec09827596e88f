import { type Tensor, transpose } from "@tensorflow/tfjs-core";

/** A layer that says where the channels are. */
interface Formatted {
	readonly dataFormat: string;
}

export const isChannelsFirst = ({ dataFormat }: Formatted): boolean =>
	dataFormat === "channelsFirst";

const range = (from: number, to: number): number[] =>
	Array.from({ length: to - from }, (_, at) => from + at);

/** Channels in the place where the operations have them. */
export const channelsLast = <T extends Tensor>(
	layer: Formatted,
	x: Tensor,
): T =>
	(isChannelsFirst(layer) ? transpose(x, [0, ...range(2, x.rank), 1]) : x) as T;

/** Channels back in the place where the layer has them. */
export const asGiven = (layer: Formatted, x: Tensor): Tensor =>
	isChannelsFirst(layer)
		? transpose(x, [0, x.rank - 1, ...range(1, x.rank - 1)])
		: x;
