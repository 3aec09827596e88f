import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../base/version.ts";
import { projectFiles } from "./project-files.ts";

const files = projectFiles(packageRoot);
const pages = files.filter((path) => path.endsWith(".md"));
/** Every path, and every end of one. */
const ends = new Set(
	files.flatMap((path) => {
		const parts = path.split("/");
		return parts.map((_, from) => parts.slice(from).join("/"));
	}),
);

/** What stands for a name, what a user writes, and what a build or a package has. */
const NO_FILE =
	/NAME|FILE|^x\.|^\.test\.ts$|^dist\/|^(?:path\.test\.ts|highlight\.js)$/;

test("every file that a page of ours names is there", () => {
	const missing = pages.flatMap((page) => {
		const text = readFileSync(join(packageRoot, page), "utf8");
		return [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs|js|md))`/g)]
			.map(([, name = ""]) => name)
			.filter((name) => !NO_FILE.test(name))
			.filter((name) => !ends.has(name.replace(/^(?:\.{1,2}\/)+/, "")))
			.map((name) => `${page}: ${name}`);
	});
	assert.deepEqual(missing, []);
});

test("every link of a page of ours to a file leads to one", () => {
	const missing = pages.flatMap((page) => {
		const text = readFileSync(join(packageRoot, page), "utf8");
		return [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
			.map(([, link = ""]) => link)
			.filter((link) => !existsSync(join(packageRoot, dirname(page), link)))
			.map((link) => `${page}: ${link}`);
	});
	assert.deepEqual(missing, []);
});
