import {
	constants,
	type Dirent,
	lstatSync,
	readdirSync,
	readlinkSync,
	realpathSync,
} from "../../../host/files.ts";
import { createHash } from "../../../host/hash.ts";
import { givenOptions } from "../../given-options.ts";
import { compareBytes } from "../byte-order.ts";
import { DataError, readError } from "../data-error.ts";
import { type HashManyOptions, hashMany } from "../hashing/hash-many.ts";
import { checkName, requireFolder } from "../walk.ts";

/** A folder's content as Software Heritage and git name it. */
export interface Swhid {
	/** `swh:1:dir:` and 40 hexadecimal digits. */
	readonly root: string;
	/** Each folder below, by its path with `/` between the parts, in byte order. */
	readonly directories: readonly DirectorySwhid[];
}

export interface DirectorySwhid {
	readonly path: string;
	readonly swhid: string;
}

/** An entry of a git tree, before its object's id is known. */
interface TreeEntry {
	readonly mode: "40000" | "100644" | "100755" | "120000";
	readonly name: string;
	/** Hexadecimal id of the object, for a link. */
	readonly id?: string;
	/** Index into the files to hash, for a file. */
	readonly file?: number;
	readonly folder?: Tree;
}

interface Tree {
	readonly path: string;
	readonly entries: readonly TreeEntry[];
}

function objectId(type: "blob" | "tree", content: Buffer): string {
	return createHash("sha1")
		.update(`${type} ${content.length}\0`)
		.update(content)
		.digest("hex");
}

/** A folder's tree without the files' ids; their absolute paths go to `files`. */
function readTree(folder: string, path: string, files: string[]): Tree {
	let found: Dirent[];
	try {
		found = readdirSync(folder, { withFileTypes: true });
	} catch (error) {
		throw readError(error, folder);
	}
	const entries = found.map((entry): TreeEntry => {
		const { name } = entry;
		checkName(folder, name);
		const absolute = `${folder}/${name}`;
		try {
			if (entry.isSymbolicLink())
				return {
					mode: "120000",
					name,
					id: objectId("blob", readlinkSync(absolute, { encoding: "buffer" })),
				};
			if (entry.isDirectory()) {
				const below = path === "" ? name : `${path}/${name}`;
				return {
					mode: "40000",
					name,
					folder: readTree(absolute, below, files),
				};
			}
			if (entry.isFile()) {
				const executable = lstatSync(absolute).mode & constants.S_IXUSR;
				return {
					mode: executable ? "100755" : "100644",
					name,
					file: files.push(absolute) - 1,
				};
			}
		} catch (error) {
			throw readError(error, absolute);
		}
		throw new DataError(
			"NOT_A_FILE",
			`${absolute} is neither a file, a folder nor a link (a socket, pipe or device); remove it from the data`,
		);
	});
	// git sorts a folder as if its name ended in "/".
	const key = ({ name, folder: tree }: TreeEntry) => (tree ? `${name}/` : name);
	return {
		path,
		entries: entries.sort((a, b) => compareBytes(key(a), key(b))),
	};
}

/**
 * The SWHID of a folder (ISO/IEC 18670, version 1): what `git write-tree` gives
 * for the same files, but empty folders count too. Unlike the manifest it knows
 * a file's executable bit, and a symbolic link stands for itself, not for what
 * it leads to. Every byte is read; nothing is written.
 *
 * It rests on SHA-1, so it serves to find and cite data. The root of the
 * manifest, SHA-256, serves to trust them.
 * @example
 * const { root } = await dd.swhid("data/pets"); // swh:1:dir:…
 * @throws DataError MISSING_FOLDER, NOT_A_FOLDER, UNREADABLE, NOT_A_FILE, NOT_UTF8, CHANGING
 */
export async function swhid(
	directory: string,
	options: Pick<HashManyOptions, "jobs" | "onProgress" | "signal"> = {},
): Promise<Swhid> {
	givenOptions("dd.swhid", options, 'dd.swhid("data/pets", { jobs: 2 })');
	const paths: string[] = [];
	const tree = readTree(realpathSync(requireFolder(directory)), "", paths);
	const files = await hashMany(paths, { ...options, as: "git-blob" });
	const directories: DirectorySwhid[] = [];
	const idOf = ({ path, entries }: Tree): string => {
		const content = entries.flatMap(({ mode, name, id, file, folder }) => [
			Buffer.from(`${mode} ${name}\0`),
			Buffer.from(
				folder ? idOf(folder) : (id ?? files.digest(file as number)),
				"hex",
			),
		]);
		const own = objectId("tree", Buffer.concat(content));
		directories.push({ path, swhid: `swh:1:dir:${own}` });
		return own;
	};
	const root = `swh:1:dir:${idOf(tree)}`;
	directories.pop();
	return {
		root,
		directories: directories.sort((a, b) => compareBytes(a.path, b.path)),
	};
}
