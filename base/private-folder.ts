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

/**
 * The user whose files are trusted. Windows has no such numbers: there, access
 * lists protect a user's profile.
 */
interface User {
	readonly uid: number;
	/**
	 * The group that only this user is in. By convention it has the user's
	 * number.
	 */
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
	// In a sticky folder nobody can rename or remove the files of another user.
	if (isAbove && (mode & STICKY) !== 0) return undefined;
	if ((mode & 0o002) !== 0) return "every user";
	if ((mode & 0o020) !== 0 && gid !== user.ownGroup) return `group ${gid}`;
	return undefined;
}

const LINKS_FOLLOWED = 40;

/**
 * Who besides this user and root could replace what lies at `path`; undefined
 * where nobody can. The answer fits into the middle of a sentence. Looks at the
 * path itself, each folder above it up to the home folder (elsewhere up to the
 * root), and every symbolic link on the way, as ssh does for its keys.
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

/**
 * For a path below the home folder, the folders above the home folder are not
 * checked: whoever runs the machine is responsible for them.
 */
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

/**
 * A folder was to hold files that are later read back and trusted, and other
 * users could change them.
 */
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
	// Checked before it is made, too: root would otherwise make a folder in
	// another user's home and lock that user out.
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
