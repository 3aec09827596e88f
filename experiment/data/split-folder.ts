import { makeFolder } from "../../base/files.ts";
import {
	closeSync,
	constants,
	copyFileSync,
	openSync,
	readdirSync,
	readSync,
	realpathSync,
	statSync,
	symlinkSync,
} from "../../host/files.ts";
import {
	basename,
	dirname,
	join,
	relative,
	resolve,
	sep,
} from "../../host/paths.ts";
import { givenOptions } from "../given-options.ts";
import { compareBytes } from "./byte-order.ts";
import { DataError, readError } from "./data-error.ts";
import { READ_WITHOUT_WAITING } from "./hashing/hash-file.ts";
import { Pace, type PaceOptions } from "./progress.ts";
import {
	checkFractions,
	SPLITS,
	type Split,
	stratifiedSplit,
} from "./split.ts";
import { type Verification, verifyData } from "./verify.ts";
import { listFiles, requireFolder } from "./walk.ts";
import { writeFolder } from "./write-folder.ts";

export interface SplitDataOptions extends PaceOptions {
	/** Share that becomes `val`; default 0.2. */
	readonly val?: number;
	/** Share that becomes `test`; default 0.2, or the folder's own `test` where it has one. */
	readonly test?: number;
	/** Default 42, as in DeepDIVA: the split is part of the data and follows no session's seed. */
	readonly seed?: number | string;
	/** Symbolic links to the files instead of copies. */
	readonly link?: boolean;
}

export interface SplitData {
	/** The new folder. */
	readonly directory: string;
	readonly seed: string;
	/** Files of each class in each part, classes by bytes. */
	readonly counts: ReadonlyMap<string, Readonly<Record<Split, number>>>;
	/** Files beside the classes and hidden ones, which are in no part; relative paths. */
	readonly leftOut: readonly string[];
	/** Files in the parts that are neither PNG nor JPEG; relative paths. */
	readonly notPictures: readonly string[];
	/** The new folder against its manifest. */
	readonly verification: Verification;
}

/** Default share of each of `val` and `test`. */
const SHARE = 0.2;
const SEED = "42";

/** Files of each class as paths relative to the folder. */
type Classes = Map<string, string[]>;

interface Layout {
	/** What is divided. */
	readonly divided: Classes;
	/** What is `test` already. */
	readonly test: Classes;
	readonly leftOut: readonly string[];
}

function subfolders(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter(
			({ name }) =>
				!name.startsWith(".") && statSync(join(folder, name)).isDirectory(),
		)
		.map(({ name }) => name)
		.sort(compareBytes);
}

/** Sorts files into classes: `PREFIX/class/file`. */
function classesIn(
	root: string,
	files: readonly string[],
	prefix: string,
): Classes {
	const classes: Classes = new Map(
		subfolders(join(root, prefix)).map((name) => [name, []]),
	);
	const shown = join(root, prefix);
	for (const file of files) {
		const [name = "", ...below] = file.slice(prefix.length).split("/");
		if (below.length > 1)
			throw new DataError(
				"BAD_LAYOUT",
				`${join(root, file)} lies deeper than ${join(shown, "CLASS", "FILE")}; move it into the folder of its class`,
			);
		classes.get(name)?.push(file);
	}
	if (classes.size === 0)
		throw new DataError(
			"BAD_LAYOUT",
			`${shown} has no folders; put the files of each class into a folder of its own`,
		);
	for (const [name, members] of classes)
		if (members.length === 0)
			throw new DataError(
				"BAD_LAYOUT",
				`the class folder ${join(shown, name)} is empty; put files into it or remove it`,
			);
	return classes;
}

/**
 * Reads `class/file`, or `train/class/file` with or without a `test` of its own
 * as published sets have it.
 */
function readLayout(root: string): Layout {
	const isHidden = (path: string) => /(^|\/)\./.test(path);
	const all = [...listFiles(root)];
	const parted = all.some((path) => /^train\/[^/]+\/./.test(path));
	const belongs = (path: string) =>
		!isHidden(path) && path.split("/").length > (parted ? 2 : 1);
	const leftOut = all.filter((path) => !belongs(path));
	const files = all.filter(belongs);
	if (!parted)
		return { divided: classesIn(root, files, ""), test: new Map(), leftOut };
	const part = (name: string) =>
		files.filter((path) => path.startsWith(`${name}/`));
	const other = files.find((path) => !/^(train|test)\//.test(path));
	if (other)
		throw new DataError(
			"BAD_LAYOUT",
			`${root} has a folder ${other.split("/")[0]} beside train; only train, or train and test, can be divided further`,
		);
	const divided = classesIn(root, part("train"), "train/");
	const tested = part("test");
	const test: Classes =
		tested.length > 0 ? classesIn(root, tested, "test/") : new Map();
	for (const name of test.keys())
		if (!divided.has(name))
			throw new DataError(
				"BAD_LAYOUT",
				`${join(root, "test", name)} is a class that train lacks; remove it or put examples of it into train`,
			);
	return { divided, test, leftOut };
}

function sharesOf(
	hasTest: boolean,
	directory: string,
	{ val = SHARE, test }: SplitDataOptions,
): Record<Split, number> {
	if (hasTest && test !== undefined)
		throw new DataError(
			"BAD_ARGUMENT",
			`${directory} has a test part of its own, which stays as it is; leave out --test`,
		);
	const tested = hasTest ? 0 : (test ?? SHARE);
	const shares = { train: 1 - val - tested, val, test: tested };
	checkFractions(shares);
	if (shares.train < 1e-9)
		throw new DataError(
			"BAD_ARGUMENT",
			`val=${val} and test=${tested} leave nothing to train on; give smaller shares`,
		);
	return shares;
}

function isPicture(path: string): boolean {
	const start = Buffer.alloc(4);
	try {
		const descriptor = openSync(path, READ_WITHOUT_WAITING);
		try {
			readSync(descriptor, start, 0, start.length, 0);
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		throw readError(error, path);
	}
	return (
		start.toString("latin1") === "\x89PNG" || start.readUInt16BE() === 0xffd8
	);
}

/**
 * Divides a folder of classes into `TARGET/{train,val,test}/class/file`, each
 * class in the given proportions, by copies or links. The same names and seed
 * give the same parts on every machine, wherever the folder lies and in
 * whatever order its file system lists it.
 * `DIRECTORY` is left as it is; `TARGET` must not exist, and appears when it is
 * complete.
 * @example
 * const { counts } = await dd.splitData("scans", "data/scans", { val: 0.25, test: 0.25, seed: 7 });
 * counts.get("cat"); // → { train: 2, val: 1, test: 1 }
 * @param directory `class/file`, or `train/class/file` with or without
 * `test/class/file`, which then stays the test part
 * @throws DataError MISSING_FOLDER, NOT_A_FOLDER, BAD_LAYOUT, BAD_ARGUMENT,
 * EXISTS, UNREADABLE, UNWRITABLE and what reading a folder may throw (see
 * `verifyData`); the signal's reason when it is aborted
 */
export async function splitData(
	directory: string,
	target: string,
	options: SplitDataOptions = {},
): Promise<SplitData> {
	givenOptions(
		"dd.splitData",
		options,
		'dd.splitData("scans", "data/scans", { seed: 7 })',
	);
	const root = requireFolder(directory);
	const place = resolve(target);
	if (place === root || place.startsWith(root + sep))
		throw new DataError(
			"BAD_ARGUMENT",
			`${target} lies in ${directory}, whose files it would divide; name a folder elsewhere`,
		);
	const { divided, test, leftOut } = readLayout(root);
	const shares = sharesOf(test.size > 0, directory, options);
	const seed = String(options.seed ?? SEED);
	const parts = stratifiedSplit(divided, shares, seed);
	parts.test.push(...[...test.values()].flat());
	const total = SPLITS.reduce((sum, split) => sum + parts[split].length, 0);

	const counts = new Map(
		[...divided.keys()].map((name) => [name, { train: 0, val: 0, test: 0 }]),
	);
	const notPictures: string[] = [];
	const pace = new Pace(options);
	let done = 0;
	await writeFolder(target, async (temporary) => {
		const real = {
			root: realpathSync(root),
			place: join(realpathSync(dirname(temporary)), basename(place)),
		};
		for (const split of SPLITS)
			for (const path of parts[split]) {
				options.signal?.throwIfAborted();
				const [name, file] = path.split("/").slice(-2) as [string, string];
				const from = join(root, path);
				const to = join(temporary, split, name, file);
				const count = counts.get(name) as Record<Split, number>;
				if (count[split]++ === 0) makeFolder(dirname(to));
				if (!isPicture(from)) notPictures.push(path);
				if (options.link) {
					// Relative, so that both folders may move together.
					const link = join(real.place, split, name);
					symlinkSync(relative(link, join(real.root, path)), to);
				} else copyFileSync(from, to, constants.COPYFILE_FICLONE);
				done++;
				if (pace.due())
					await pace.report({
						done,
						total,
						unit: "file",
						label: options.link ? "linking" : "copying",
					});
			}
	});
	const { onProgress, signal } = options;
	return {
		directory: target,
		seed,
		counts,
		leftOut,
		notPictures,
		verification: await verifyData(target, { onProgress, signal }),
	};
}
