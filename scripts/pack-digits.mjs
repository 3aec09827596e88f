/**
 * Packs the 10,000 digits of the development dependency `mnist` (41 MB of JSON)
 * into the small file that `deepdiva data get digits` unpacks.
 *
 *     node scripts/pack-digits.mjs [dist/experiment/data/sets/digits.bin]
 *
 * Format, before Brotli: ten unsigned 16-bit little-endian counts, one per
 * class, then the images class by class, 784 bytes each, row by row.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const PIXELS = 28 * 28;

const source = join(
	dirname(createRequire(import.meta.url).resolve("mnist/package.json")),
	"src/digits",
);
const target =
	process.argv[2] ??
	fileURLToPath(
		new URL("../dist/experiment/data/sets/digits.bin", import.meta.url),
	);

const counts = Buffer.alloc(2 * 10);
const images = [];
for (let digit = 0; digit < 10; digit++) {
	const file = join(source, `${digit}.json`);
	const { data } = JSON.parse(readFileSync(file, "utf8"));
	if (data.length % PIXELS !== 0)
		throw new Error(`${file} does not hold whole images of ${PIXELS} pixels`);
	counts.writeUInt16LE(data.length / PIXELS, 2 * digit);
	// The package rounds pixel / 255 to three decimals, enough to get it back.
	images.push(Buffer.from(data.map((value) => Math.round(value * 255))));
}

const packed = brotliCompressSync(Buffer.concat([counts, ...images]), {
	params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
});
mkdirSync(dirname(target), { recursive: true });
writeFileSync(`${target}.tmp`, packed);
renameSync(`${target}.tmp`, target);
