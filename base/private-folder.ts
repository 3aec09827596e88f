import {
	chmodSync,
	lstatSync,
	readlinkSync,
	realpathSync,
	type Stats,
	statSync,
} from "../host/files.ts";
import { dirname, join, parse, relative, resolve, sep } from "../host/paths.ts";
import { UsageError } from "./errors.ts";
import { isWithin, makeFolder } from "./files.ts";
import { homeFolder } from "./home.ts";

/** Whose word counts where a path is judged. On Windows files have no such numbers: a profile is private by its access lists. */
interface User {
	readonly uid: number;
	/** The group that has this user alone, by the convention that it has the same number. */
	readonly ownGroup: number | undefined;
}

function presentUser(): User | undefined {
	const uid = process.geteuid?.();
	const gid = process.getegid?.();
	return uid === undefined
		? undefined
		: { uid, ownGroup: gid === uid ? gid : undefined };
}

const STICKY = 0o1000;

/** Who besides this user and root can change what this file or folder holds. */
function writersOf(
	{ mode, uid, gid }: Stats,
	user: User,
	isAbove: boolean,
): string | undefined {
	if (uid !== user.uid && uid !== 0) return `user ${uid}, who owns it`;
	// In a sticky folder nobody can rename or remove what is another's.
	if (isAbove && (mode & STICKY) !== 0) return undefined;
	if ((mode & 0o002) !== 0) return "every user";
	if ((mode & 0o020) !== 0 && gid !== user.ownGroup) return `group ${gid}`;
	return undefined;
}

const LINKS_FOLLOWED = 40;

/**
 * Who besides this user and root could put something else in the place of what
 * lies at `path`: in a sentence's middle, undefined where nobody can. Looked at
 * is the path itself, each folder above it up to the home folder (elsewhere up to
 * the root), and every symbolic link on the way, as ssh does with its keys.
 */
export function changeableBy(path: string): string | undefined {
	const user = presentUser();
	if (!user) return undefined;
	const isJudged = judgedFolders(resolve(path));
	let links = 0;
	const judge = (place: string, isAll: boolean): string | undefined => {
		const { root } = parse(place);
		let folder = root;
		const parts = ["", ...relative(root, place).split(sep)];
		for (const [index, part] of parts.entries()) {
			const isLast = isAll && index === parts.length - 1;
			folder = join(folder, part);
			const stats = lstatSync(folder, { throwIfNoEntry: false });
			// Nothing is there yet, and nobody else can put something there.
			if (!stats) return undefined;
			if (stats.isSymbolicLink()) {
				if (stats.uid !== user.uid && stats.uid !== 0)
					return `${folder} is a link of user ${stats.uid}`;
				if (++links > LINKS_FOLLOWED)
					return `${folder} leads through too many links`;
				const found = judge(
					resolve(dirname(folder), readlinkSync(folder)),
					isLast,
				);
				if (found !== undefined) return found;
				folder = realpathSync(folder);
				continue;
			}
			if (!isJudged(folder)) continue;
			const who = writersOf(stats, user, !isLast);
			if (who !== undefined) return `${folder} can be changed by ${who}`;
		}
		return undefined;
	};
	return judge(resolve(path), true);
}

/** Of a path below the home folder, what is above that is the business of whoever runs the machine. */
function judgedFolders(path: string): (folder: string) => boolean {
	const homes: string[] = [];
	try {
		homes.push(homeFolder());
		homes.push(realpathSync(homeFolder()));
	} catch {
		// No home folder, or none that is there.
	}
	if (!homes.some((home) => isWithin(home, path))) return () => true;
	return (folder) =>
		!homes.some((home) => isWithin(folder, home) && !isWithin(home, folder));
}

/** A folder that others could change was to hold what is read back and believed. */
export class NotPrivateError extends UsageError {
	override readonly name = "NotPrivateError";
}

/**
 * Makes a folder that this user alone can read and write, with those above it that
 * are missing. One that is there is closed to others, unless they could have
 * written to it before: then what lies in it need not be this user's.
 * @throws NotPrivateError where others can, or could, change what lies in it; the
 * system's error where it cannot be made
 */
export function makePrivateFolder(path: string): void {
	// Also before it is made: a folder of root's in another user's home would lock that user out.
	requirePrivate(path);
	makeFolder(path, 0o700);
	requirePrivate(path);
	if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
		chmodSync(path, 0o700);
}

function requirePrivate(path: string): void {
	const found = changeableBy(path);
	if (found !== undefined)
		throw new NotPrivateError(
			`${path} is not private: ${found}; ${remedy(path)}`,
		);
}

function remedy(path: string): string {
	if (process.geteuid?.() === 0 && process.env.SUDO_UID !== undefined)
		return "with sudo, use sudo -H, so that HOME is root's own";
	return `it must belong to you, and nobody else may write to it or above it; look at what is in ${path}, and remove it or run chmod go-w`;
}
