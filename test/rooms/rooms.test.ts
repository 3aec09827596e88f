import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../base/version.ts";
import { circles, type Import, importsIn, productFiles } from "./imports.ts";

const files = productFiles(packageRoot);
const imports = importsIn(packageRoot, files);

/** Which rooms each room may import; `index.ts` joins all for users. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
	host: [],
	base: ["host"],
	formats: ["host", "base"],
	experiment: ["host", "base", "formats"],
	// The compiler calls the `**` of strict-math, which gives the same bits in every engine.
	cell: ["host", "base", "experiment"],
	training: ["host", "base", "formats", "experiment"],
	widgets: ["host", "base", "formats", "experiment"],
	magics: ["host", "base", "cell", "experiment", "training", "widgets"],
	kernel: [
		...["host", "base", "cell", "experiment", "training", "widgets"],
		"magics",
	],
	cli: [
		...["host", "base", "formats", "cell", "experiment", "training"],
		...["widgets"],
		...["magics", "kernel"],
	],
};

/** Rooms within rooms: none of the first imports the second. */
const NEVER: readonly (readonly [string, string])[] = [
	["cell/", "experiment/record/"],
	["cell/", "experiment/session.ts"],
	["experiment/data/", "experiment/record/"],
	["experiment/random/", "experiment/record/"],
	["experiment/code/", "experiment/replay/"],
	["experiment/record/", "experiment/replay/"],
	["experiment/record/", "experiment/checklist/"],
	["kernel/wire/", "kernel/server/"],
	["kernel/wire/", "kernel/engine/"],
	["kernel/protocol/", "kernel/engine/"],
	["kernel/protocol/", "kernel/owner/"],
	["kernel/protocol/", "kernel/server/"],
	["kernel/advice/", "kernel/engine/"],
	["kernel/advice/", "kernel/owner/"],
	["kernel/advice/", "kernel/server/"],
	["kernel/owner/", "kernel/server/"],
	["kernel/owner/", "kernel/engine/"],
	["kernel/engine/", "kernel/owner/"],
	["kernel/engine/", "kernel/server/"],
	["kernel/engine/", "kernel/language/"],
	["kernel/language/", "kernel/server/"],
	["kernel/language/", "kernel/engine/"],
	["kernel/server/", "kernel/engine/"],
	["training/backend/", "training/tasks/"],
	["training/models/", "training/tasks/"],
	["widgets/drawing/", "widgets/kinds/"],
	["widgets/drawing/", "widgets/live/"],
	["widgets/kinds/", "widgets/live/"],
	["widgets/text/", "widgets/live/"],
	["magics/", "kernel/"],
];

const roomOf = (file: string) => file.split("/")[0] ?? "";
const show = ({ from, to }: Import) => `${from} → ${to}`;

test("every room is known to the plan", () => {
	const rooms = new Set(
		files.filter((file) => file.includes("/")).map((file) => roomOf(file)),
	);
	assert.deepEqual([...rooms].sort(), Object.keys(BELOW).sort());
});

test("no arrow between rooms runs back", () => {
	const back = imports.filter(({ from, to }) => {
		const below = BELOW[roomOf(from)];
		return (
			below !== undefined &&
			roomOf(from) !== roomOf(to) &&
			!below.includes(roomOf(to))
		);
	});
	assert.deepEqual(back.map(show), []);
});

test("no arrow within a room runs back", () => {
	const back = imports.filter(({ from, to }) =>
		NEVER.some(([one, other]) => from.startsWith(one) && to.startsWith(other)),
	);
	assert.deepEqual(back.map(show), []);
});

test("an import leads to a file", () => {
	const nowhere = imports.filter(
		({ to }) => !existsSync(join(packageRoot, to)),
	);
	assert.deepEqual(nowhere.map(show), []);
});

/** What users import, processes and threads: nothing of the package imports them. */
const BEGINNINGS = [
	"cell/parse-apart.ts",
	"cli/main.ts",
	"experiment/data/hashing/hash-worker.ts",
	"experiment/random/worker-boot.ts",
	"index.ts",
	"kernel/engine/main.ts",
	"kernel/index.ts",
	"kernel/server/main.ts",
	"seed.ts",
	"training/data/images/examine-worker.ts",
];

test("nothing is shipped that only tests import", () => {
	// The first stands in for files of the host in a browser's build, the second is not shipped.
	const isApart = (file: string) =>
		/^(host\/browser|training\/numbers)\//.test(file);
	const imported = new Set(
		imports.filter(({ from }) => !isApart(from)).map(({ to }) => to),
	);
	assert.deepEqual(
		files.filter((file) => !isApart(file) && !imported.has(file)).sort(),
		BEGINNINGS,
	);
});

test("no files import each other in a circle, for types or late either", () => {
	assert.deepEqual(circles(imports), []);
});

test("a circle would be found", () => {
	const one = (from: string, to: string): Import => ({
		from,
		to,
		isOfTypes: false,
	});
	const ring = [one("a", "b"), one("b", "c"), one("c", "a"), one("c", "d")];
	assert.deepEqual(
		circles(ring).map((files) => files.sort()),
		[["a", "b", "c"]],
	);
	assert.deepEqual(circles([one("a", "b"), one("a", "c"), one("b", "c")]), []);
});

/** More files than this in one folder, and nobody sees what it holds. */
const MOST_FILES = 22;

/** Folders of one kind of thing: operations and kernels by their names. */
const OF_ONE_KIND = ["training/backend/wasm-kernels", "training/numbers"];

test("no folder holds more than some twenty files that are not one kind of thing", () => {
	const count = new Map<string, number>();
	for (const file of files) {
		const folder = file.split("/").slice(0, -1).join("/");
		count.set(folder, (count.get(folder) ?? 0) + 1);
	}
	const crowded = [...count]
		.filter(
			([folder, number]) =>
				number > MOST_FILES && !OF_ONE_KIND.includes(folder),
		)
		.map(([folder, number]) => `${folder}: ${number}`);
	assert.deepEqual(crowded, []);
});

test("the tree in ARCHITECTURE.md has every room, says what it holds, and each has a page", async () => {
	const { listedRooms } = await import(
		pathToFileURL(join(packageRoot, "scripts", "rooms.mjs")).href
	);
	const listed: readonly { path: string; text: string }[] = listedRooms();
	for (const { path, text } of listed) {
		assert.ok(text.length > 10, `${path}: what does it hold?`);
		assert.ok(
			existsSync(join(packageRoot, path, "README.md")) ||
				path.startsWith("cli/"),
			`${path} has no README.md`,
		);
	}
	const known = new Set(listed.map(({ path }) => path));
	const outside = files.filter(
		(file) => file.includes("/") && !known.has(roomOf(file)),
	);
	assert.deepEqual(outside, []);
});

test("whatever must know every room does: the compiler, the test runner, the sandbox", () => {
	const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
	for (const path of [
		"tsconfig.json",
		"scripts/test.mjs",
		"cli/sandbox/places.ts",
		"host/system-random.test.ts",
		"test/fetched-names.test.ts",
	])
		for (const room of Object.keys(BELOW))
			assert.ok(read(path).includes(`"${room}"`), `${path} lacks ${room}`);
});
