import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { splitWords } from "../arguments/words.ts";
import { runCommand } from "../command.ts";
import { defineMagic } from "../definition.ts";

const INSTALL =
	/^(?:i|in|ins|inst|insta|instal|install|add|ci|update|up|upgrade)$/;
const UNINSTALL = /^(?:uninstall|unlink|remove|rm|r|un)$/;

/**
 * The npm on the user's PATH: the pinned Node is a single binary and has none.
 * @throws UsageError where there is none
 */
function npm(): { file: string; words: readonly string[] } {
	const name = process.platform === "win32" ? "npm.cmd" : "npm";
	const folders = (process.env.PATH ?? "").split(delimiter);
	const found = folders.find((folder) => existsSync(join(folder, name)));
	if (found !== undefined) return { file: join(found, name), words: [] };
	// Set by npm, whose script may have started this program.
	const { npm_execpath: script, npm_node_execpath: node } = process.env;
	if (script && node && existsSync(script))
		return { file: node, words: [script] };
	throw new UsageError(
		"%npm: npm is not in PATH; it comes with Node (https://nodejs.org). Start Jupyter from a terminal where npm --version works, or name its folder: %env PATH=FOLDER:…",
	);
}

/** The nearest enclosing folder with a package.json. */
function packageFolder(from = process.cwd()): string | undefined {
	for (let folder = from; ; folder = dirname(folder)) {
		if (existsSync(join(folder, "package.json"))) return folder;
		if (dirname(folder) === folder) return undefined;
	}
}

/**
 * Variables that npm sets for what it starts. If npm started this process, they
 * name a project and script that are not the user's.
 */
const INHERITED =
	/^npm_(?:package|lifecycle)_|^npm_(?:command|config_local_prefix|config_prefix)$|^INIT_CWD$/;

function environment(): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(
		([name]) => !INHERITED.test(name),
	);
	return {
		...Object.fromEntries(own),
		// npm's notices are meant for a terminal.
		npm_config_fund: "false",
		npm_config_audit: "false",
		npm_config_update_notifier: "false",
		npm_config_progress: "false",
	};
}

/**
 * Makes a typed path absolute: it is relative to the notebook's folder, and npm
 * runs in the package's folder.
 */
const fromHere = (word: string) =>
	/^\.{1,2}[/\\]/.test(word) ? resolve(word) : word;

function versionOf(folder: string): string | undefined {
	try {
		const { version } = JSON.parse(
			readFileSync(join(folder, "package.json"), "utf8"),
		) as { version?: string };
		return version;
	} catch {
		return undefined;
	}
}

/** Names of the packages in `node_modules`. */
function installed(folder: string): string[] {
	const list = (name: string): string[] => {
		try {
			return readdirSync(join(folder, "node_modules", name)).filter(
				(one) => !one.startsWith("."),
			);
		} catch {
			return [];
		}
	};
	return list("").flatMap((name) =>
		name.startsWith("@") ? list(name).map((one) => `${name}/${one}`) : [name],
	);
}

export const npmMagic = defineMagic({
	name: "npm",
	mark: "%",
	summary:
		"Runs npm in the notebook's package: what it installs can be imported by the next cell.",
	positionals: [
		{
			name: "command",
			placeholder: "COMMAND …",
			required: true,
			description:
				"As after npm: install PACKAGE, uninstall PACKAGE, ls, … It runs in the nearest folder with a package.json; install makes one beside the notebook if there is none.",
		},
	],
	options: [],
	line: "text",
	wraps: false,
	examples: ["%npm install d3-array", "%npm uninstall d3-array", "%npm ls"],
	check: ({ values: { command: text } }) => {
		splitWords(text);
	},
	complete(words, cwd) {
		const [command = ""] = words;
		if (words.length === 1)
			return [
				"install",
				"uninstall",
				"update",
				"ls",
				"outdated",
				"run",
				"view",
			];
		if (!INSTALL.test(command) && !UNINSTALL.test(command)) return [];
		return installed(packageFolder(cwd) ?? cwd);
	},
	async run({ values: { command: text } }, context) {
		const { print, signal, loadedPackages, packagesChanged } = context;
		const words = splitWords(text.replace(/(?<![\s;])[\s;]+$/, ""));
		const command = words.find((word) => !word.startsWith("-")) ?? "";
		const changes = INSTALL.test(command) || UNINSTALL.test(command);
		const { file, words: before } = npm();
		let folder = packageFolder();
		if (folder === undefined) {
			folder = process.cwd();
			if (INSTALL.test(command)) {
				writeFileSync(
					join(folder, "package.json"),
					`${JSON.stringify({ private: true }, undefined, "\t")}\n`,
				);
				print(`made ${join(folder, "package.json")}: the notebook's package`);
			}
		}
		const loaded = new Map(
			loadedPackages().map((one) => [one, versionOf(one)]),
		);
		const code = await runCommand(file, [...before, ...words.map(fromHere)], {
			cwd: folder,
			env: environment(),
			shell: process.platform === "win32",
			signal,
		});
		if (changes) packagesChanged();
		if (code !== 0)
			throw new UsageError(
				`npm ${text} ended with exit code ${code}; what npm said is above`,
			);
		for (const [one, version] of loaded) {
			const now = versionOf(one);
			if (now === undefined || now === version) continue;
			const name = one.split(/[/\\]node_modules[/\\]/).at(-1);
			print(
				`${name} ${version} is in use; restart the kernel to use ${name} ${now}`,
			);
		}
	},
	toCode: () => undefined,
});
