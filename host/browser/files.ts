/**
 * Files in memory, as long as the page is open: one user's, without links, and
 * without the system's limits. Errors have Node's codes and messages.
 * @module
 */
import type * as node from "../files.ts";
import { bytesOf } from "./bytes-of.ts";
import { needsNode } from "./needs-node.ts";
import { basename, dirname, join, resolve } from "./paths.ts";

export type { Dirent, Stats } from "../files.ts";

// Kept: a run notes who reads the clock, or has one of its own.
const { now } = Date;

let inodes = 0;

class File {
	readonly inode = ++inodes;
	mode = 0o644;
	changed = now();
	size = 0;
	/** Longer than the file, where it grows. */
	#bytes = new Uint8Array(0);

	get bytes(): Uint8Array {
		return this.#bytes.subarray(0, this.size);
	}

	write(piece: Uint8Array, at: number): void {
		const end = at + piece.length;
		if (end > this.#bytes.length) {
			const longer = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
			longer.set(this.bytes);
			this.#bytes = longer;
		}
		this.#bytes.set(piece, at);
		this.size = Math.max(this.size, end);
		this.changed = now();
	}

	cut(size: number): void {
		this.#bytes = this.#bytes.slice(0, size);
		this.write(new Uint8Array(0), size);
		this.size = size;
	}
}

class Folder {
	readonly inode = ++inodes;
	readonly mode = 0o755;
	readonly size = 0;
	changed = now();
	readonly entries = new Map<string, Entry>();
}

type Entry = File | Folder;

const root = new Folder();
root.entries.set("home", new Folder()).set("tmp", new Folder());

const MEANING = {
	EBADF: "bad file descriptor",
	EEXIST: "file already exists",
	EISDIR: "illegal operation on a directory",
	ENOENT: "no such file or directory",
	ENOTDIR: "not a directory",
	ENOTEMPTY: "directory not empty",
};

function fail(
	code: keyof typeof MEANING,
	syscall: string,
	path?: string,
): never {
	const place = path === undefined ? "" : ` '${path}'`;
	throw Object.assign(
		new Error(`${code}: ${MEANING[code]}, ${syscall}${place}`),
		{ code, syscall, path },
	);
}

const textOf = (path: string | URL | Uint8Array): string =>
	typeof path === "string"
		? path
		: path instanceof URL
			? decodeURIComponent(path.pathname)
			: new TextDecoder().decode(path);

function lookUp(path: string, syscall: string): Entry | undefined {
	let entry: Entry | undefined = root;
	for (const name of resolve("/", path).split("/")) {
		if (name === "") continue;
		if (entry instanceof File) fail("ENOTDIR", syscall, path);
		entry = entry?.entries.get(name);
		if (!entry) return undefined;
	}
	return entry;
}

const entryAt = (path: string, syscall: string): Entry =>
	lookUp(path, syscall) ?? fail("ENOENT", syscall, path);

function fileAt(path: string, syscall: string): File {
	const entry = entryAt(path, syscall);
	return entry instanceof File ? entry : fail("EISDIR", syscall, path);
}

function folderAt(path: string, syscall: string): Folder {
	const entry = entryAt(path, syscall);
	return entry instanceof Folder ? entry : fail("ENOTDIR", syscall, path);
}

const folderOf = (path: string, syscall: string): Folder =>
	folderAt(dirname(resolve("/", path)), syscall);

const nameOf = (path: string) => basename(resolve("/", path));

function statsOf(entry: Entry): node.Stats {
	const time = new Date(entry.changed);
	const stats = {
		dev: 1,
		ino: entry.inode,
		mode: entry.mode,
		nlink: 1,
		uid: 0,
		gid: 0,
		size: entry.size,
		...{ atimeMs: entry.changed, mtimeMs: entry.changed },
		...{ ctimeMs: entry.changed, birthtimeMs: entry.changed },
		...{ atime: time, mtime: time, ctime: time, birthtime: time },
		...kindOf(entry),
	};
	return stats as node.Stats;
}

const kindOf = (entry: Entry) => ({
	isFile: () => entry instanceof File,
	isDirectory: () => entry instanceof Folder,
	isSymbolicLink: () => false,
	isFIFO: () => false,
	isSocket: () => false,
	isBlockDevice: () => false,
	isCharacterDevice: () => false,
});

interface Open {
	readonly file: File;
	readonly isAppending: boolean;
	position: number;
}

const descriptors = new Map<number, Open>();
let lastDescriptor = 2;

const openAt = (descriptor: number, syscall: string): Open =>
	descriptors.get(descriptor) ?? fail("EBADF", syscall);

/** As on Linux; there is nothing that one could wait for, and no links. */
export const constants = {
	...{ O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128 },
	...{ O_TRUNC: 512, O_APPEND: 1024, O_NONBLOCK: 0, O_NOFOLLOW: 0 },
	...{ R_OK: 4, S_IXUSR: 64, COPYFILE_FICLONE: 2 },
} as typeof node.constants;

const { O_CREAT, O_EXCL, O_TRUNC, O_APPEND } = constants;
const FLAGS: Readonly<Record<string, number>> = {
	r: 0,
	w: O_CREAT | O_TRUNC,
	wx: O_CREAT | O_EXCL,
	a: O_CREAT | O_APPEND,
	ax: O_CREAT | O_APPEND | O_EXCL,
};

export const openSync: typeof node.openSync = (given, flags = "r") => {
	const path = textOf(given as string);
	const how = typeof flags === "number" ? flags : FLAGS[flags];
	if (how === undefined) throw new TypeError(`no flags of a file: ${flags}`);
	const found = lookUp(path, "open");
	if (found && how & O_EXCL) fail("EEXIST", "open", path);
	if (!found && how & O_CREAT)
		folderOf(path, "open").entries.set(nameOf(path), new File());
	const file = fileAt(path, "open");
	if (how & O_TRUNC) file.cut(0);
	const isAppending = (how & O_APPEND) !== 0;
	descriptors.set(++lastDescriptor, { file, isAppending, position: 0 });
	return lastDescriptor;
};

export const closeSync: typeof node.closeSync = (descriptor) => {
	if (!descriptors.delete(descriptor)) fail("EBADF", "close");
};

export const fstatSync = ((descriptor: number) =>
	statsOf(openAt(descriptor, "fstat").file)) as typeof node.fstatSync;

/** What is written is there for whoever reads it next; it is never on a disk. */
export const fsyncSync: typeof node.fsyncSync = (descriptor) => {
	openAt(descriptor, "fsync");
};

export const ftruncateSync: typeof node.ftruncateSync = (descriptor, size) =>
	openAt(descriptor, "ftruncate").file.cut(size ?? 0);

export const writeSync = ((
	descriptor: number,
	content: string | NodeJS.ArrayBufferView,
	...[offset, length, position]: (number | null | undefined)[]
): number => {
	const open = openAt(descriptor, "write");
	const isText = typeof content === "string";
	const start = isText ? 0 : (offset ?? 0);
	const bytes = bytesOf(content);
	const piece = bytes.subarray(
		start,
		isText ? bytes.length : start + (length ?? bytes.length - start),
	);
	const asked = isText ? offset : position;
	const at = open.isAppending ? open.file.size : (asked ?? open.position);
	open.file.write(piece, at);
	if (typeof asked !== "number") open.position = at + piece.length;
	return piece.length;
}) as typeof node.writeSync;

const read = (
	descriptor: number,
	into: NodeJS.ArrayBufferView,
	offset = 0,
	length = into.byteLength - offset,
	position: number | null = null,
): number => {
	const open = openAt(descriptor, "read");
	const at = position ?? open.position;
	const piece = open.file.bytes.subarray(at, at + length);
	bytesOf(into).set(piece, offset);
	if (position === null) open.position = at + piece.length;
	return piece.length;
};
export const readSync = read as typeof node.readSync;

type Encoding = { readonly encoding?: string | null } | string | null;

const encodingOf = (options: Encoding | undefined) =>
	typeof options === "string" ? options : options?.encoding;

export const readFileSync = ((
	given: string | URL | number,
	options?: Encoding,
): Buffer | string => {
	const { bytes } =
		typeof given === "number"
			? openAt(given, "read").file
			: fileAt(textOf(given), "open");
	const content = Buffer.from(bytes);
	const encoding = encodingOf(options);
	return encoding ? content.toString(encoding as BufferEncoding) : content;
}) as typeof node.readFileSync;

export const writeFileSync = ((
	given: string | URL | number,
	content: string | NodeJS.ArrayBufferView,
	options?: { readonly flag?: string; readonly mode?: number } | string,
): void => {
	const { flag = "w", mode } = typeof options === "object" ? options : {};
	const isOpen = typeof given === "number";
	const descriptor = isOpen ? given : openSync(given, flag);
	if (mode !== undefined) openAt(descriptor, "open").file.mode = mode;
	writeSync(descriptor, bytesOf(content));
	if (!isOpen) closeSync(descriptor);
}) as typeof node.writeFileSync;

export const existsSync: typeof node.existsSync = (path) => {
	try {
		return lookUp(textOf(path as string), "stat") !== undefined;
	} catch {
		return false;
	}
};

const stat = (
	given: string | URL,
	{ throwIfNoEntry = true }: { readonly throwIfNoEntry?: boolean } = {},
): node.Stats | undefined => {
	const path = textOf(given);
	const entry = throwIfNoEntry
		? entryAt(path, "stat")
		: existsSync(path) && entryAt(path, "stat");
	return entry ? statsOf(entry) : undefined;
};
export const statSync = stat as typeof node.statSync;
export const lstatSync = stat as typeof node.lstatSync;

export const realpathSync = ((given: string | URL): string => {
	const path = textOf(given);
	entryAt(path, "realpath");
	return resolve("/", path);
}) as typeof node.realpathSync;

export const mkdirSync = ((
	given: string | URL,
	options?: { readonly recursive?: boolean } | number,
): string | undefined => {
	const path = textOf(given);
	const recursive = typeof options === "object" && options.recursive === true;
	const found = lookUp(path, "mkdir");
	if (found instanceof Folder && recursive) return undefined;
	if (found) fail("EEXIST", "mkdir", path);
	const above = dirname(resolve("/", path));
	if (recursive) mkdirSync(above, { recursive });
	folderAt(above, "mkdir").entries.set(nameOf(path), new Folder());
	return recursive ? path : undefined;
}) as typeof node.mkdirSync;

let temporary = 0;

export const mkdtempSync = ((prefix: string): string => {
	let path: string;
	do path = `${prefix}${String(++temporary).padStart(6, "0")}`;
	while (existsSync(path));
	mkdirSync(path);
	return path;
}) as typeof node.mkdtempSync;

interface Listing {
	readonly withFileTypes?: boolean;
	readonly recursive?: boolean;
}

export const readdirSync = ((
	given: string | URL,
	options?: Listing | string,
): unknown[] => {
	const path = textOf(given);
	const { withFileTypes = false, recursive = false } =
		typeof options === "object" ? options : {};
	const list = (folder: Folder, below: string): unknown[] =>
		[...folder.entries].flatMap(([name, entry]) => [
			withFileTypes
				? { name, parentPath: join(path, below), ...kindOf(entry) }
				: join(below, name),
			...(recursive && entry instanceof Folder
				? list(entry, join(below, name))
				: []),
		]);
	return list(folderAt(path, "scandir"), "");
}) as typeof node.readdirSync;

export const opendirSync = ((path: string) => {
	folderAt(path, "opendir");
	const entries = readdirSync(path, { withFileTypes: true }).values();
	return {
		path,
		readSync: () => entries.next().value ?? null,
		closeSync: () => {},
	};
}) as unknown as typeof node.opendirSync;

export const rmSync: typeof node.rmSync = (
	given,
	{ recursive = false, force = false } = {},
) => {
	const path = textOf(given as string);
	if (force && !existsSync(path)) return;
	if (entryAt(path, "rm") instanceof Folder && !recursive)
		fail("EISDIR", "rm", path);
	folderOf(path, "rm").entries.delete(nameOf(path));
};

export const rmdirSync: typeof node.rmdirSync = (given) => {
	const path = textOf(given as string);
	if (folderAt(path, "rmdir").entries.size > 0)
		fail("ENOTEMPTY", "rmdir", path);
	folderOf(path, "rmdir").entries.delete(nameOf(path));
};

export const renameSync: typeof node.renameSync = (from, to) => {
	const [old, path] = [textOf(from as string), textOf(to as string)];
	const entry = entryAt(old, "rename");
	const there = lookUp(path, "rename");
	if (there === entry) return;
	if (there instanceof Folder) {
		if (entry instanceof File) fail("EISDIR", "rename", path);
		if (there.entries.size > 0) fail("ENOTEMPTY", "rename", path);
	} else if (there && entry instanceof Folder) fail("ENOTDIR", "rename", path);
	const into = folderOf(path, "rename");
	folderOf(old, "rename").entries.delete(nameOf(old));
	into.entries.set(nameOf(path), entry);
};

export const copyFileSync: typeof node.copyFileSync = (from, to) =>
	writeFileSync(to, fileAt(textOf(from as string), "copyfile").bytes.slice());

export const chmodSync: typeof node.chmodSync = (given, mode) => {
	const path = textOf(given as string);
	const entry = entryAt(path, "chmod");
	if (entry instanceof File) entry.mode = Number(mode);
};

export const linkSync = needsNode<typeof node.linkSync>("a link");
export const symlinkSync = needsNode<typeof node.symlinkSync>("a link");
export const readlinkSync = needsNode<typeof node.readlinkSync>("a link");
export const createReadStream =
	needsNode<typeof node.createReadStream>("a stream of a file");
export const open = needsNode<typeof node.open>("a handle of a file");

/** What is there at once, as a promise. */
const later =
	<A extends unknown[], R>(now: (...args: A) => R) =>
	async (...args: A): Promise<R> =>
		now(...args);

export const access = later((path: string) => {
	entryAt(path, "access");
}) as typeof node.access;
export const copyFile = later(copyFileSync) as typeof node.copyFile;
export const lstat = later(lstatSync) as typeof node.lstat;
export const mkdtemp = later(mkdtempSync) as typeof node.mkdtemp;
export const readdir = later(readdirSync) as unknown as typeof node.readdir;
export const readFile = later(readFileSync) as unknown as typeof node.readFile;
export const realpath = later(realpathSync) as typeof node.realpath;
export const rm = later(rmSync) as typeof node.rm;
export const rmdir = later(rmdirSync) as typeof node.rmdir;
const statLater = later(statSync) as typeof node.stat;

export { statLater as stat };
export const unlink = later((path: string) => {
	fileAt(path, "unlink");
	rmSync(path);
}) as typeof node.unlink;
export const utimes = later((path: string, _: number, time: number | Date) => {
	entryAt(path, "utime").changed =
		Number(time) * (typeof time === "number" ? 1000 : 1);
}) as typeof node.utimes;
export const writeFile = later(writeFileSync) as typeof node.writeFile;
