import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { pinnedNode } from "../../kernel/owner/node.ts";

/** What runs a plain script. */
export interface Interpreter {
	/** With its version, as the table heads it. */
	readonly name: string;
	readonly command: string;
	/** What stands before the script. */
	readonly args: readonly string[];
}

const FOLDER =
	process.env.DEEPDIVA_INTERPRETERS ??
	fileURLToPath(new URL("./interpreters/", import.meta.url));

const PACKAGES: readonly [
	label: string,
	folder: string,
	binary: string,
	args: readonly string[],
][] = [
	["Node", "node20", "bin/node", []],
	["Node", "node22", "bin/node", []],
	["Node", "node26", "bin/node", []],
	[
		"Deno",
		"@deno/linux-x64-glibc",
		"deno",
		["run", "--allow-all", "--no-lock"],
	],
	["Bun", "@oven/bun-linux-x64", "bin/bun", []],
];

/** The pinned Node, which all others are compared with. */
export const reference: Interpreter = {
	name: `Node ${process.versions.node}`,
	command: pinnedNode(),
	args: [],
};

/**
 * The interpreters to compare: those of interpreters/package.json, installed
 * there or where `DEEPDIVA_INTERPRETERS` says, and the pinned Node with one
 * processor to itself.
 * @throws Error that says how to install them
 */
export function findInterpreters(): Interpreter[] {
	const found = PACKAGES.map(([label, folder, binary, args]): Interpreter => {
		const home = join(FOLDER, "node_modules", folder);
		const command = join(home, binary);
		if (!existsSync(command))
			throw new Error(
				`${command} is not there: npm ci --ignore-scripts --prefix test/determinism/interpreters installs it (on Linux, x64), or DEEPDIVA_INTERPRETERS names the folder of another installation`,
			);
		const { version } = JSON.parse(
			readFileSync(join(home, "package.json"), "utf8"),
		) as { version: string };
		return { name: `${label} ${version.replace(/^v/, "")}`, command, args };
	});
	return [
		...found,
		{
			name: `${reference.name}, one processor`,
			command: "taskset",
			args: ["--cpu-list", firstProcessor(), reference.command],
		},
	];
}

/** One that this process may run on. */
function firstProcessor(): string {
	const [, list = "0"] =
		/^Cpus_allowed_list:\s*(\d+)/m.exec(
			readFileSync("/proc/self/status", "utf8"),
		) ?? [];
	return list;
}

/**
 * The interpreters, or undefined when the test is to return at once: without
 * them it is not run and says why – except in CI, where it fails, so that it
 * cannot go missing unseen.
 */
export function interpretersFor(test: TestContext): Interpreter[] | undefined {
	try {
		return findInterpreters();
	} catch (error) {
		const reason = `not run: ${(error as Error).message}`;
		if (process.env.CI === "true") throw new Error(reason);
		test.skip(reason);
		return undefined;
	}
}
