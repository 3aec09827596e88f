import assert from "node:assert/strict";
import {
	chmodSync,
	chownSync,
	existsSync,
	lchownSync,
	mkdirSync,
	readdirSync,
	statSync,
	symlinkSync,
	unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
	changeableBy,
	makePrivateFolder,
	NotPrivateError,
} from "./private-folder.ts";
import { temporaryFolder } from "./test-folder.ts";

const noModes = process.platform === "win32" && "no modes there";
/** Only root can give files to others. */
const notRoot = process.geteuid?.() !== 0 && "needs root";
const STRANGER = 12_345;

const { HOME, SUDO_UID } = process.env;
const all = temporaryFolder();
let count = 0;
let base = "";
beforeEach(() => {
	base = join(all, String(++count));
	mkdirSync(base);
});
afterEach(() => {
	process.env.HOME = HOME;
	if (SUDO_UID === undefined) delete process.env.SUDO_UID;
	else process.env.SUDO_UID = SUDO_UID;
});

function folder(name: string, mode = 0o755): string {
	const path = join(base, name);
	mkdirSync(path, { recursive: true });
	chmodSync(path, mode);
	return path;
}

test("a private folder is made with those above it, for this user alone", {
	skip: noModes,
}, () => {
	const path = join(base, "a", "b", "private");
	makePrivateFolder(path);
	for (const made of [path, join(base, "a", "b"), join(base, "a")])
		assert.equal(statSync(made).mode & 0o777, 0o700);
});

test("one that others could read, not write, is closed to them", {
	skip: noModes,
}, () => {
	const path = folder("open", 0o755);
	makePrivateFolder(path);
	assert.equal(statSync(path).mode & 0o777, 0o700);
});

for (const [name, mode] of [
	["every user could write to", 0o777],
	["every user could write to, with a sticky bit", 0o1777],
] as const)
	test(`one that ${name} is not taken, and nothing in it is touched`, {
		skip: noModes,
	}, () => {
		const path = folder("open", mode);
		assert.throws(() => makePrivateFolder(path), {
			name: "NotPrivateError",
			message:
				/open is not private: .*open can be changed by every user; .*remove it/,
		});
		assert.equal(statSync(path).mode & 0o7777, mode);
	});

test("a folder below one that every user can write to is not private, below a sticky one it is", {
	skip: noModes,
}, () => {
	folder("shared", 0o777);
	assert.throws(
		() => makePrivateFolder(join(base, "shared", "mine")),
		/shared can be changed by every user/,
	);
	chmodSync(join(base, "shared"), 0o1777);
	makePrivateFolder(join(base, "shared", "mine"));
});

test("a group counts as others, but for the one that has this user alone", {
	skip: noModes || notRoot,
}, () => {
	const path = folder("group", 0o775);
	chownSync(path, 0, STRANGER);
	assert.match(changeableBy(path) ?? "", /by group 12345$/);
	// Root's group has the number of root, as the group of a user alone has the user's.
	chownSync(path, 0, 0);
	assert.equal(changeableBy(path), undefined);
});

test("a folder of another user, or below one, is not private", {
	skip: noModes || notRoot,
}, () => {
	const path = folder("theirs/below", 0o700);
	chownSync(join(base, "theirs"), STRANGER, STRANGER);
	assert.match(
		changeableBy(path) ?? "",
		/theirs can be changed by user 12345, who owns it$/,
	);
	chownSync(join(base, "theirs"), 0, 0);
	assert.equal(changeableBy(path), undefined);
	chownSync(path, STRANGER, STRANGER);
	assert.match(changeableBy(path) ?? "", /below can be changed by user/);
});

test("under sudo with another user's HOME the remedy is named", {
	skip: noModes || notRoot,
}, () => {
	process.env.HOME = folder("home/ada", 0o700);
	chownSync(process.env.HOME, STRANGER, STRANGER);
	process.env.SUDO_UID = String(STRANGER);
	assert.throws(
		() => makePrivateFolder(join(base, "home/ada/.cache/deepdiva")),
		/ada can be changed by user 12345, who owns it; with sudo, use sudo -H/,
	);
	assert.deepEqual(readdirSync(process.env.HOME), [], "nothing is made");
});

test("links are followed where this user made them, and what they lead to is judged", {
	skip: noModes,
}, () => {
	const place = folder("big-disk", 0o700);
	const link = join(base, "link");
	symlinkSync("big-disk", link);
	makePrivateFolder(join(link, "cache"));
	assert.ok(existsSync(join(place, "cache")));
	chmodSync(place, 0o777);
	assert.match(changeableBy(join(link, "cache")) ?? "", /big-disk can be/);
	unlinkSync(link);
	symlinkSync(link, link);
	assert.throws(() => makePrivateFolder(join(link, "cache")));
});

test("a link of another user may lead elsewhere tomorrow, wherever it leads today", {
	skip: noModes || notRoot,
}, () => {
	folder("mine", 0o700);
	const shared = folder("shared", 0o1777);
	const link = join(shared, "link");
	symlinkSync("../mine", link);
	assert.equal(changeableBy(link), undefined);
	lchownSync(link, STRANGER, STRANGER);
	assert.match(changeableBy(link) ?? "", /link is a link of user 12345$/);
	// Also where one's own link leads to it.
	symlinkSync("shared/link", join(base, "own"));
	assert.match(changeableBy(join(base, "own")) ?? "", /is a link of user/);
});

test("what is above the home folder is the business of whoever runs the machine", {
	skip: noModes,
}, () => {
	folder("lab", 0o777);
	process.env.HOME = folder("lab/ada", 0o755);
	makePrivateFolder(join(base, "lab/ada/.cache/deepdiva"));
	assert.match(
		changeableBy(folder("lab/other", 0o700)) ?? "",
		/lab can be changed by every user/,
	);
	chmodSync(process.env.HOME, 0o777);
	assert.throws(
		() => makePrivateFolder(join(base, "lab/ada/.cache/deepdiva")),
		NotPrivateError,
	);
});

test("a folder that cannot be made is told as the system does", () => {
	assert.throws(
		() => makePrivateFolder(join(process.execPath, "no folder")),
		/ENOTDIR|EEXIST|ENOENT/,
	);
});
