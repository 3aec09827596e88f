import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const ROOMS = [
	"host",
	"base",
	"formats",
	"experiment",
	"training",
	"cell",
	"magics",
	"kernel",
	"widgets",
	"cli",
];
/** What is replaced by something that follows the seed, by module. */
const SEEDED: Readonly<Record<string, readonly string[]>> = {
	crypto: ["randomBytes", "randomInt", "randomUUID", "getRandomValues"],
	worker_threads: ["Worker"],
	child_process: ["fork"],
	vm: ["createContext", "runInNewContext"],
};
/** What puts others in their place. */
const SEEDING = [
	join("experiment", "random"),
	...["contexts.ts", "seeded-workers.ts", "system-random.ts"].map((name) =>
		join("host", name),
	),
];
/** By the names that the host gives modules. */
const OF_MODULES = new RegExp(
	`\\b(?:nodeCrypto|workerThreads|childProcess)\\.(?:${Object.values(SEEDED).flat().join("|")})\\b`,
);

test("the package's own ids, tokens and workers never come from what follows the seed", () => {
	const files = ROOMS.flatMap((room) =>
		readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
			.map((name) => join(room, name))
			.filter((name) => /(?<!\.test|test-\w+)\.ts$/.test(name))
			.filter((name) => !SEEDING.some((path) => name.startsWith(path))),
	);
	assert.ok(files.length > 150);
	for (const file of files) {
		const source = readFileSync(join(root, file), "utf8");
		for (const [, typeOnly, names = "", module = ""] of source.matchAll(
			/(?:import|export) (type )?([^;]*?) from "node:(\w+)";/g,
		)) {
			const seeded = SEEDED[module];
			if (typeOnly || !seeded) continue;
			for (const name of seeded)
				assert.doesNotMatch(
					names,
					new RegExp(`(?<!type )\\b${name}\\b`),
					`${file} imports ${name} of node:${module}; take it from host/system-random.ts`,
				);
			const [whole = "crypto"] = /^\w+/.exec(names) ?? [];
			assert.doesNotMatch(
				source,
				new RegExp(`\\b${whole}\\.(${seeded.join("|")})\\b`),
				file,
			);
		}
		assert.doesNotMatch(source, /\bcrypto\.(randomUUID|getRandomValues)/, file);
		assert.doesNotMatch(source, OF_MODULES, file);
	}
});
