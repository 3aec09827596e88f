import {
	type ByteReader,
	badFormat,
	readerOf,
	records,
} from "./byte-reader.ts";
import { checkLabels, type ImageSource } from "./image-source.ts";

/** A gzipped array in Y. LeCun's IDX format; only unsigned bytes occur in the published sets. */
export interface IdxFile {
	readonly shape: readonly number[];
	/** Stands before the values, which are row-major. */
	readonly reader: ByteReader;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Opens a gzipped IDX file and reads its header: two zero bytes, the type, the
 * number of dimensions, one big-endian 32-bit size each.
 * @param dimensions how many there must be: 1 for labels, 3 for images
 * @throws DataError BAD_FORMAT, UNREADABLE
 */
export async function openIdx(
	path: string,
	dimensions: number,
): Promise<IdxFile> {
	const reader = readerOf(path, { compression: "gzip" });
	try {
		const size = 4 + 4 * dimensions;
		const header = await reader.read(size);
		const problem = problemOf(header, size, dimensions);
		if (problem)
			throw badFormat(
				reader.name,
				`it is not an IDX file of unsigned bytes, ${problem}`,
			);
		const view = new DataView(header.buffer, header.byteOffset, size);
		const shape = Array.from({ length: dimensions }, (_, k) =>
			view.getUint32(4 + 4 * k),
		);
		return { shape, reader };
	} catch (error) {
		await reader.close();
		throw error;
	}
}

function problemOf(
	header: Uint8Array,
	size: number,
	dimensions: number,
): string | undefined {
	const [zero0, zero1, type, rank] = header;
	if (header.length < 4) return `${header.length} bytes are too few`;
	if (zero0 !== 0 || zero1 !== 0)
		return "it does not begin with two zero bytes";
	if (type !== UNSIGNED_BYTE)
		return `its value type is 0x${type?.toString(16)}, not 0x8`;
	if (rank !== dimensions)
		return `it has ${rank} dimensions instead of ${dimensions}`;
	if (header.length < size) return `${header.length} bytes are too few`;
	return undefined;
}

async function readLabels(path: string): Promise<Uint8Array> {
	const { shape, reader } = await openIdx(path, 1);
	const labels = await reader.readRest();
	if (labels.length !== shape[0])
		throw badFormat(
			reader.name,
			`its header promises ${shape[0]} labels, but ${labels.length} follow`,
		);
	return labels;
}

/**
 * A pair of files in MNIST's format.
 * @throws DataError BAD_FORMAT, UNREADABLE
 */
export async function openIdxImages(
	imagePath: string,
	labelPath: string,
	classes: readonly string[],
): Promise<ImageSource> {
	const labels = await readLabels(labelPath);
	checkLabels(labels, classes, labelPath);
	const { shape, reader } = await openIdx(imagePath, 3);
	await reader.close();
	const [count, height, width] = shape as [number, number, number];
	if (labels.length !== count)
		throw badFormat(
			reader.name,
			`it holds ${count} images, but its file of labels ${labels.length}; they do not belong together`,
		);
	return {
		height,
		width,
		channels: 1,
		labels,
		classes,
		async *images() {
			const { reader } = await openIdx(imagePath, 3);
			try {
				yield* records(reader, height * width, count);
			} finally {
				await reader.close();
			}
		},
	};
}
