import { isUtf8 } from "../../host/bytes.ts";
import {
	type Dirent,
	opendirSync,
	readdirSync,
	realpathSync,
	statSync,
} from "../../host/files.ts";
import { dirname, resolve, sep } from "../../host/paths.ts";
import { compareBytes, SURROGATE } from "./byte-order.ts";
import { DataError, readError, systemCode } from "./data-error.ts";
import { type SharedTexts, TextPacker } from "./hashing/shared-texts.ts";

/**
 * The folder's absolute path.
 * @throws DataError MISSING_FOLDER or NOT_A_FOLDER
 */
export function requireFolder(directory: string): string {
	const absolute = resolve(directory);
	let isFolder: boolean;
	try {
		isFolder = statSync(absolute).isDirectory();
	} catch (error) {
		if (systemCode(error) !== "ENOENT") throw readError(error, directory);
		throw new DataError(
			"MISSING_FOLDER",
			`there is no folder ${directory} (looked for ${absolute}); create it or correct the path`,
		);
	}
	if (!isFolder)
		throw new DataError(
			"NOT_A_FOLDER",
			`${directory} is a file, not a folder; name the folder that holds the data`,
		);
	return absolute;
}

/** @throws DataError NOT_UTF8 */
export function checkName(folder: string, name: string): void {
	if (name.isWellFormed() && !name.includes("\ufffd")) return;
	const undecodable = readdirSync(folder, { encoding: "buffer" }).find(
		(bytes) => !isUtf8(bytes),
	);
	if (!undecodable && name.isWellFormed()) return;
	const shown = undecodable
		? undecodable
				.toString("latin1")
				.replace(
					/[^\x20-\x7e]/g,
					(byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
				)
		: JSON.stringify(name);
	throw new DataError(
		"NOT_UTF8",
		`the file name ${shown} in ${folder} is not UTF-8, so a manifest cannot hold it; rename the file (convmv does it for whole folders)`,
	);
}

type Kind = "file" | "folder";

function kindOf(folder: string, entry: Dirent): Kind {
	if (entry.isFile()) return "file";
	if (entry.isDirectory()) return "folder";
	const path = `${folder}/${entry.name}`;
	if (entry.isSymbolicLink()) {
		try {
			const target = statSync(path);
			if (target.isFile()) return "file";
			if (target.isDirectory()) return "folder";
		} catch (error) {
			if (systemCode(error) !== "ENOENT") throw readError(error, path);
			throw new DataError(
				"BROKEN_LINK",
				`${path} is a symbolic link to something that does not exist; restore its target or remove the link`,
			);
		}
	}
	// Opening a pipe would wait for a writer for ever.
	throw new DataError(
		"NOT_A_FILE",
		`${path} is neither a file nor a folder (a socket, pipe or device); remove it from the data`,
	);
}

/**
 * Where a link to a folder leads.
 * @param above real paths of the root and of the links already followed to get here
 */
function followLink(path: string, above: readonly string[]): string {
	const target = realpathSync(path);
	const parent = realpathSync(dirname(path));
	for (const inner of [...above, parent])
		if (inner === target || inner.startsWith(target + sep))
			throw new DataError(
				"LINK_LOOP",
				`${path} is a symbolic link to ${target}, a folder that contains it; remove the link`,
			);
	return target;
}

/**
 * What a folder holds, some entries at a time: of a million, all at once take
 * half a kilobyte each, and no less time.
 * @throws DataError UNREADABLE, CHANGING
 */
function* entriesOf(folder: string): Generator<Dirent> {
	try {
		const open = opendirSync(folder);
		try {
			for (let entry = open.readSync(); entry; entry = open.readSync())
				yield entry;
		} finally {
			open.closeSync();
		}
	} catch (error) {
		throw readError(error, folder);
	}
}

/**
 * Every file under a folder, as paths relative to it with `/` between the
 * parts, in the order of their UTF-8 bytes. Symbolic links are followed, to
 * files and to folders; empty folders leave no trace.
 * @param onFolder called once per folder read; may throw to stop
 * @throws DataError UNREADABLE, NOT_A_FILE, BROKEN_LINK, LINK_LOOP, NOT_UTF8, CHANGING
 */
export function listFiles(root: string, onFolder?: () => void): SharedTexts {
	const files = new TextPacker();
	const visit = (
		folder: string,
		prefix: string,
		above: readonly string[],
	): void => {
		onFolder?.();
		// Where links to folders lead, by key.
		const links = new Map<string, readonly string[]>();
		let plain = true;
		const keys: string[] = [];
		for (const entry of entriesOf(folder)) {
			const { name } = entry;
			checkName(folder, name);
			plain &&= !SURROGATE.test(name);
			if (kindOf(folder, entry) === "file") {
				keys.push(name);
				continue;
			}
			// A folder sorts as if its name ended in "/": then reading depth
			// first yields whole paths in byte order (git's tree order).
			const key = `${name}/`;
			if (entry.isSymbolicLink())
				links.set(key, [...above, followLink(`${folder}/${name}`, above)]);
			keys.push(key);
		}
		if (plain) keys.sort();
		else keys.sort(compareBytes);
		for (const key of keys)
			if (key.endsWith("/"))
				visit(
					`${folder}/${key.slice(0, -1)}`,
					prefix + key,
					links.get(key) ?? above,
				);
			else files.add(prefix + key);
	};
	visit(root, "", [realpathSync(root)]);
	return files.finish();
}
