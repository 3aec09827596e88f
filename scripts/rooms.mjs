// Writes the tree of rooms in ARCHITECTURE.md: lines of code by room. What a
// room holds is written there by hand, and stays; a new room is listed with "?".
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "ARCHITECTURE.md");

/** Where the tree stands in the page. */
const TREE = /(<!-- The lines: npm run rooms -->\n\n```\n)([\s\S]*?)(\n```)/;

const isCode = (file) =>
	/\.(?:ts|mjs|js|py)$/.test(file) && !/\.d\.ts$/.test(file);
const isTest = (file) => /\.test\.ts$|(?:^|\/)test-[^/]*$/.test(file);

/** Files of the project, as git knows them. */
const files = () =>
	execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
		cwd: root,
		encoding: "utf8",
	})
		.split("\n")
		.filter((file) => isCode(file));

const linesOf = (file) =>
	readFileSync(join(root, file), "utf8").split("\n").length - 1;

/** The rooms that the page lists, with what it says of each. */
export function listedRooms() {
	const tree = TREE.exec(readFileSync(page, "utf8"))?.[2] ?? "";
	const above = [];
	return tree.split("\n").map((line) => {
		const [, space, name, rest] = /^( *)(\S+\/)(.*)$/.exec(line) ?? [];
		if (name === undefined)
			throw new Error(`not the line of a room: ${JSON.stringify(line)}`);
		const level = space.length / 2;
		above.length = level;
		above.push(name);
		const text = rest.replace(/^\s*[\d,]*(?: \+ [\d,]+)?\s{2}/, "");
		return { level, path: above.join("").slice(0, -1), name, text };
	});
}

/** Folders with code of their own. */
export const rooms = () =>
	[...new Set(files().map(dirname))].filter((folder) => folder !== ".").sort();

function write() {
	const all = files();
	const listed = listedRooms();
	const lines = listed.map(({ level, path, name, text }) => {
		const within = all.filter((file) => file.startsWith(`${path}/`));
		const count = (some) =>
			some.reduce((sum, file) => sum + linesOf(file), 0).toLocaleString("en");
		const code = count(within.filter((file) => !isTest(file)));
		return `${`${"  ".repeat(level)}${name}`.padEnd(22)}${code.padStart(7)}  ${text}`;
	});
	const text = readFileSync(page, "utf8");
	writeFileSync(page, text.replace(TREE, `$1${lines.join("\n")}$3`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write();
