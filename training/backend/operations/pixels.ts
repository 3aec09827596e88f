import { browser } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";

type FromPixels = typeof browser.fromPixels;
type ToPixels = typeof browser.toPixels;
type Pixels = Parameters<FromPixels>[0];

interface PixelData {
	readonly data: ArrayLike<number>;
	readonly width: number;
	readonly height: number;
}

/** Bytes of pixels, whoever made them: those of another context or of ImageData are not tfjs's. */
function pixelsOf(
	given: unknown,
): { data: Uint8Array; width: number; height: number } | undefined {
	const { data, width, height } = (given ?? {}) as Partial<PixelData>;
	if (!ArrayBuffer.isView(data) || "getContext" in (given as object))
		return undefined;
	const bytes = Uint8Array.from(data as unknown as ArrayLike<number>);
	const isWhole = [width, height].every(
		(side) => Number.isInteger(side) && Number(side) >= 0,
	);
	if (isWhole && bytes.length === 4 * Number(width) * Number(height))
		return { data: bytes, width: Number(width), height: Number(height) };
	throw new UsageError(
		`browser.fromPixels takes four bytes for each pixel, red, green, blue and alpha: ${width}×${height} are ${4 * Number(width) * Number(height)}, and data has ${bytes.length}`,
	);
}

const HERE =
	"there is no page here to draw on or to take pictures from: give { data, width, height } with four bytes for each pixel, as decoders of PNG and JPEG do";

function checkedPixels(given: unknown, numChannels: number): Pixels {
	if (!Number.isInteger(numChannels) || numChannels < 1 || numChannels > 4)
		throw new UsageError(
			`browser.fromPixels takes the first 1 to 4 channels of each pixel, not ${numChannels}`,
		);
	const pixels = pixelsOf(given);
	if (pixels) return pixels;
	// A canvas of a package for Node has what is needed.
	if (typeof (given as { getContext?: unknown })?.getContext === "function")
		return given as Pixels;
	throw new UsageError(`browser.fromPixels: ${HERE}`);
}

/** Makes `tf.browser` work with bytes in Node, and say what to do where it needs a page. */
export function installPixels(): void {
	const { fromPixels, toPixels } = browser;
	const toBytes: ToPixels = async (image, canvas) => {
		if (canvas && !("ImageData" in globalThis))
			throw new UsageError(
				"browser.toPixels: there is no page here to draw on: call it without a canvas, it gives the bytes of the pixels",
			);
		return toPixels(image, canvas);
	};
	const fromBytes: FromPixels = (pixels, numChannels = 3) =>
		fromPixels(checkedPixels(pixels, numChannels), numChannels);
	Object.assign(browser, {
		fromPixels: fromBytes,
		fromPixelsAsync: (async (...given) =>
			fromBytes(...given)) as typeof browser.fromPixelsAsync,
		toPixels: toBytes,
		draw: (() => {
			throw new UsageError(
				"browser.draw: there is no page here to draw on: await tf.browser.toPixels(image) gives the bytes of the pixels, for an encoder of PNG",
			);
		}) as typeof browser.draw,
	});
}
