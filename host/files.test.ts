import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../base/test-folder.ts";
import * as browserFiles from "./browser/files.ts";
import * as nodeFiles from "./files.ts";

/** What is thrown: its code and its message, without the system call and the path. */
function thrown(body: () => unknown): string {
	try {
		body();
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		return `${code} ${message.split(",")[0]}`;
	}
	return "nothing";
}

/** All that the library does with files, step by step, in an empty folder. */
async function steps(files: typeof nodeFiles, folder: string) {
	const path = (name: string) => `${folder}/${name}`;
	const seen: Record<string, unknown> = {};
	const kinds = (name: string) => {
		const stats = files.statSync(path(name));
		return [stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()];
	};
	const {
		constants: { O_RDONLY, O_NONBLOCK, O_NOFOLLOW },
	} = files;

	files.writeFileSync(path("text"), "é1\n");
	files.writeFileSync(path("bytes"), new Uint8Array([1, 2, 3, 4]));
	seen.text = files.readFileSync(path("text"), "utf8");
	seen.encoded = files.readFileSync(path("text"), { encoding: "utf8" });
	seen.bytes = [...files.readFileSync(path("bytes"))];
	seen.kinds = [kinds("text"), kinds("")];
	seen.size = files.statSync(path("text")).size;
	seen.exists = ["text", "none", "text/below"].map((name) =>
		files.existsSync(path(name)),
	);

	const log = files.openSync(path("log"), "a");
	files.writeSync(log, "one\n");
	files.writeSync(log, Buffer.from("..two\n"), 2);
	files.writeSync(log, "long ".repeat(1000));
	files.fsyncSync(log);
	seen.grown = files.fstatSync(log).size;
	files.ftruncateSync(log, 8);
	files.writeSync(log, "three");
	files.closeSync(log);
	seen.log = files.readFileSync(path("log"), "utf8");
	seen.closed = thrown(() => files.writeSync(log, "more"));

	const part = files.openSync(path("log"), O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
	const piece = new Uint8Array(4);
	seen.read = [
		files.readSync(part, piece, 0, 4, 4),
		String.fromCharCode(...piece),
		files.readSync(part, piece, 1, 2, null),
		files.readSync(part, piece, 0, 4, null),
		String.fromCharCode(...piece),
		files.readSync(part, piece, 0, 4, 100),
	];
	files.closeSync(part);

	files.mkdirSync(path("a/b"), { recursive: true });
	files.mkdirSync(path("a/b"), { recursive: true });
	files.writeFileSync(path("a/b/deep"), "deep", { flag: "wx" });
	files.copyFileSync(path("a/b/deep"), path("a/copy"));
	files.renameSync(path("a/copy"), path("a/moved"));
	files.writeFileSync(path("a/moved"), "!", { flag: "a" });
	seen.moved = files.readFileSync(path("a/moved"), "utf8");
	seen.names = files.readdirSync(path("a")).sort();
	const open = files.opendirSync(path("a"));
	const opened: string[] = [];
	for (let entry = open.readSync(); entry; entry = open.readSync())
		opened.push(`${entry.name} ${entry.isFile()}`);
	open.closeSync();
	seen.opened = opened.sort();
	seen.deep = files.readdirSync(path("a"), { recursive: true }).sort();
	seen.entries = files
		.readdirSync(path("a"), { recursive: true, withFileTypes: true })
		.map((entry) => [
			entry.name,
			entry.isDirectory(),
			entry.parentPath.slice(folder.length),
		])
		.sort();
	const made = files.mkdtempSync(path("made-"));
	seen.made = [made.length - folder.length, files.existsSync(made)];
	seen.real = files.realpathSync(path("a/../a/b")).slice(-4);

	seen.errors = [
		() => files.readFileSync(path("none")),
		() => files.readFileSync(path("a")),
		() => files.readFileSync(path("text/below")),
		() => files.writeFileSync(path("a/b/deep"), "", { flag: "wx" }),
		() => files.writeFileSync(path("none/below"), ""),
		() => files.statSync(path("none")),
		() => files.mkdirSync(path("a")),
		() => files.mkdirSync(path("none/below")),
		() => files.readdirSync(path("none")),
		() => files.readdirSync(path("text")),
		() => files.opendirSync(path("none")),
		() => files.opendirSync(path("text")),
		() => files.rmdirSync(path("a")),
		() => files.renameSync(path("none"), path("other")),
		() => files.realpathSync(path("none")),
		() => files.openSync(path("none"), "r"),
		() => files.copyFileSync(path("none"), path("other")),
	].map(thrown);
	seen.missing = files.statSync(path("none"), { throwIfNoEntry: false });
	seen.later = await files.readFile(path("none")).catch(({ code }) => code);

	await files.writeFile(path("later"), "later");
	seen.stat = (await files.stat(path("later"))).size;
	await files.unlink(path("later"));
	files.rmSync(path("none"), { force: true });
	files.rmSync(path("a"), { recursive: true });
	files.rmdirSync(made);
	seen.left = files.readdirSync(folder).sort();
	return seen;
}

test("files in a browser's memory do what files on a disk do", async () => {
	browserFiles.mkdirSync("/work");
	assert.deepEqual(
		await steps(browserFiles, "/work"),
		await steps(nodeFiles, temporaryFolder()),
	);
});
