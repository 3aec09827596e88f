import { sha256 } from "../../../base/canonical.ts";
import { presentTime } from "../../../base/clock.ts";
import { messageOf } from "../../../base/errors.ts";
import { makeFolder, temporaryName } from "../../../base/files.ts";
import { version } from "../../../base/version.ts";
import {
	constants,
	copyFileSync,
	existsSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "../../../host/files.ts";
import { dirname, join, resolve, sep } from "../../../host/paths.ts";
import { givenOptions } from "../../given-options.ts";
import { DataError, readError, systemCode } from "../data-error.ts";
import { type HashManyOptions, hashMany } from "../hashing/hash-many.ts";
import type { ManifestEntry, ManifestLines } from "../manifest-lines.ts";
import { Pace } from "../progress.ts";
import { verifiedManifest } from "../verified-manifest.ts";
import type { Verification } from "../verify.ts";

/** A bag that was written. */
export interface Bag {
	/** As the caller wrote it. */
	readonly path: string;
	readonly files: number;
	readonly bytes: number;
	/**
	 * How many names have a line feed, carriage return or percent sign: RFC 8493
	 * writes those as %0A, %0D and %25, which `sha256sum` takes literally.
	 */
	readonly encodedNames: number;
}

/** RFC 8493, 2.1.3: these characters and no others. */
function encodePath(path: string): string {
	return path.replace(/[%\r\n]/g, (character) =>
		character === "%" ? "%25" : character === "\n" ? "%0A" : "%0D",
	);
}

function manifestText(entries: Iterable<ManifestEntry>): string {
	let text = "";
	for (const { path, digest } of entries)
		text += `${digest}  ${encodePath(path)}\n`;
	return text;
}

function* payloadOf(files: ManifestLines): Generator<ManifestEntry> {
	for (const { path, digest } of files) yield { path: `data/${path}`, digest };
}

/** Where the bag goes. @throws DataError EXISTS, BAD_ARGUMENT */
function placeFor(out: string, source: string): string {
	const place = resolve(out);
	if (existsSync(place))
		throw new DataError(
			"EXISTS",
			`${out} is already there; remove it, or give the bag another name`,
		);
	if (place.startsWith(source + sep))
		throw new DataError(
			"BAD_ARGUMENT",
			`the bag ${out} would lie in the folder that it is made of; put it elsewhere`,
		);
	return place;
}

/** Copies one file; where the file system can, the copy shares its blocks until one is written to. */
function copy(from: string, to: string): void {
	try {
		makeFolder(dirname(to));
		copyFileSync(from, to, constants.COPYFILE_FICLONE);
	} catch (error) {
		const code = systemCode(error);
		if (code === "EACCES" || code === "ENOENT") throw readError(error, from);
		throw new DataError(
			"UNWRITABLE",
			`${to} could not be written: ${messageOf(error)}`,
			{ cause: error },
		);
	}
}

/**
 * Packs a folder that was found as its manifest says into a bag (BagIt 1.0, RFC
 * 8493): `data/` with the files, `manifest-sha256.txt`, `bagit.txt`,
 * `bag-info.txt` and `tagmanifest-sha256.txt`. The files are copied, links as
 * what they lead to, and the copies are hashed before the bag appears under its
 * name. Hard links would be quicker, but whoever edits the data later would
 * break the bag.
 * @example
 * await dd.writeBag(await dd.verifyData("data/pets"), "pets-bag");
 * @throws DataError CHANGED when the check found changes, CHANGING when the data
 * have changed since, EXISTS, BAD_ARGUMENT, UNREADABLE, UNWRITABLE
 */
export async function writeBag(
	verification: Verification,
	out: string,
	options: Pick<HashManyOptions, "jobs" | "onProgress" | "signal"> = {},
): Promise<Bag> {
	givenOptions(
		"dd.writeBag",
		options,
		'dd.writeBag(verification, "bag", { jobs: 2 })',
	);
	const files = verifiedManifest(verification);
	const source = resolve(verification.directory);
	const place = placeFor(out, source);
	const temporary = temporaryName(place);
	const pace = new Pace(options);
	try {
		const payload = join(temporary, "data");
		let encodedNames = 0;
		for (let index = 0; index < files.length; index++) {
			const path = files.path(index);
			if (encodePath(path) !== path) encodedNames++;
			copy(join(source, path), join(payload, path));
			if (pace.due())
				await pace.report({
					done: index + 1,
					total: files.length,
					unit: "file",
					label: "copying",
				});
		}
		const copies = await hashMany(files.paths(), {
			...options,
			folder: payload,
		});
		let bytes = 0;
		for (let index = 0; index < files.length; index++) {
			bytes += copies.bytes(index);
			if (copies.digest(index) !== files.digest(index))
				throw new DataError(
					"CHANGING",
					`${files.path(index)} was changed while the bag was made; stop what writes to it and check again`,
				);
		}
		writeTags(temporary, verification.root, files, bytes);
		renameSync(temporary, place);
		return { path: out, files: files.length, bytes, encodedNames };
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

function writeTags(
	bag: string,
	root: string,
	files: ManifestLines,
	bytes: number,
): void {
	const tags = {
		"bag-info.txt": [
			`Bag-Software-Agent: deepdiva ${version}`,
			`Bagging-Date: ${presentTime().toISOString().slice(0, 10)}`,
			`External-Identifier: ${root}`,
			`Payload-Oxum: ${bytes}.${files.length}`,
			"",
		].join("\n"),
		"bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
		"manifest-sha256.txt": manifestText(payloadOf(files)),
	};
	// Also where there are no files.
	makeFolder(join(bag, "data"));
	const sums = Object.entries(tags).map(([path, text]) => {
		writeFileSync(join(bag, path), text);
		return { path, digest: sha256(text).slice("sha256:".length) };
	});
	writeFileSync(join(bag, "tagmanifest-sha256.txt"), manifestText(sums));
}
