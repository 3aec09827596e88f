import { existsSync, readdirSync } from "node:fs";
import { builtinModules, isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { distance } from "fastest-levenshtein";

const NODE = `Node ${process.versions.node.split(".")[0]}`;

/** `name@version/path`, with a scope or without. */
const PACKAGE = /^((?:@[^/@]+\/)?[^/@]+)(@[^/]*)?(\/.*)?$/;

const LOCAL = /^file:\/\/\//;

/** Where packages of npm are served as modules. */
const CDN =
	/^https?:\/\/(?:esm\.sh|esm\.run|unpkg\.com|cdn\.skypack\.dev|(?:www\.)?cdn\.jsdelivr\.net\/npm|ga\.jspm\.io\/npm:)\/?(?:v\d+\/|stable\/|pin\/|-\/)*(?!gh\/)([^?#]+)/;

const SCHEME = /^([a-z][a-z\d+.-]*):/i;
const KNOWN_SCHEMES = new Set(["node", "file", "data"]);

/** A module named as another runtime names it. */
export class ForeignImport extends Error {
	override readonly name = "ForeignImport";
	/** As Node has it, for packages that try one runtime after the other. */
	readonly code = "ERR_UNSUPPORTED_ESM_URL_SCHEME";
}

/**
 * What to write in place of a name that Node cannot import: `npm:`, `jsr:`,
 * `https:` and `bun:` are other runtimes'. Undefined for all that Node can.
 * @param install how packages are installed here
 */
export function foreignImport(
	specifier: string,
	install: string,
): ForeignImport | undefined {
	const [, found = ""] = SCHEME.exec(specifier) ?? [];
	const scheme = found.toLowerCase();
	if (specifier !== "" && (scheme === "" || KNOWN_SCHEMES.has(scheme)))
		return undefined;
	// On Windows, paths that `require` takes.
	if (scheme.length === 1 && process.platform === "win32") return undefined;
	return new ForeignImport(adviceFor(specifier, scheme, install));
}

function adviceFor(specifier: string, scheme: string, install: string): string {
	const quoted = JSON.stringify(specifier);
	const rest = specifier.slice(scheme.length + 1).replace(/^\/+/, "");
	const fromNpm = (text: string) => {
		const [, name = text, version = "", path = ""] = PACKAGE.exec(text) ?? [];
		return `${install} ${name}${version}, then import from ${JSON.stringify(name + path)}`;
	};
	if (specifier === "") return "an import needs the name of a module";
	if (scheme.length === 1)
		return `${quoted} is a path, and imports take URLs: file:///${specifier.replaceAll("\\", "/")}`;
	if (scheme === "npm")
		return `${quoted} is how Deno names a package of npm; here: ${fromNpm(rest)}`;
	if (scheme === "jsr") {
		const [, name = rest, version = "", path = ""] = PACKAGE.exec(rest) ?? [];
		const command = install.startsWith("%") ? "!npx jsr add" : "npx jsr add";
		return `${quoted} is how Deno names a package of JSR; here: ${command} ${name}${version}, then import from ${JSON.stringify(name + path)}`;
	}
	if (scheme === "http" || scheme === "https") {
		const [, onCdn] = CDN.exec(specifier) ?? [];
		const because = `${quoted} is not imported: what lies there can change, and nothing would say so`;
		return onCdn
			? `${because}; here: ${fromNpm(onCdn)}`
			: `${because}; install its package (${install} NAME), or save the file beside the notebook and import that: "./${basename(rest) || "file.js"}"`;
	}
	const ofNode = isBuiltin(`node:${rest}`) ? `; Node has "node:${rest}"` : "";
	return `${quoted}: cells run on ${NODE}, which has no modules of "${scheme}:"${ofNode}`;
}

/** What to do about a module that was not found; undefined for a file. */
export function adviceOnModule(specifier: string): string | undefined {
	const install = "%npm install";
	const foreign = foreignImport(specifier, install);
	if (foreign) return foreign.message;
	if (specifier.startsWith("node:")) return missingOfNode(specifier);
	return /^[./#]|^file:/.test(specifier)
		? undefined
		: `install it: ${install} ${packageOf(specifier)}`;
}

const missingOfNode = (name: string) =>
	`${NODE} has no module "${name}"${meant(name, nodeModules)}`;

/** What an error says of itself; empty where it says nothing. */
interface Said {
	readonly code: string;
	readonly message: string;
	/** Of a file that is missing, what was looked for. */
	readonly url: string;
}

/**
 * The message of an error; of one about a module that is not there, with what to do.
 * @param isCell is the file a cell? Nobody knows those by name
 */
export function messageWithAdvice(
	{ code, message, url }: Said,
	isCell: (file: string) => boolean,
): string {
	const [text = "", stack = ""] = message.split("\nRequire stack:");
	switch (code) {
		case "ERR_UNKNOWN_BUILTIN_MODULE": {
			const [, name = ""] = /module: (.*)/s.exec(text) ?? [];
			return missingOfNode(name);
		}
		case "ERR_MODULE_NOT_FOUND": {
			const [, what = text, name = "", from = ""] =
				/^([^']*'(.*?)') imported from (.*)$/s.exec(text) ?? [];
			const where = from === "" || isCell(from) ? "" : ` imported from ${from}`;
			return what.startsWith("Cannot find package")
				? missingPackage(name, where)
				: `${what}${where}${meantFile(LOCAL.test(url) ? fileURLToPath(url) : name)}`;
		}
		case "MODULE_NOT_FOUND": {
			const [, name = ""] = /^Cannot find module '(.*)'$/.exec(text) ?? [];
			const [, from = ""] = /^\s*- (.*)/.exec(stack) ?? [];
			if (name === "" || !/[\\/]notebook\.[jt]s$/.test(from)) return message;
			return /^\.{0,2}[\\/]/.test(name)
				? `${text}${meantFile(join(dirname(from), name))}`
				: missingPackage(packageOf(name), "");
		}
		default:
			return message.replace(/ imported from (.*)/s, (found, from: string) =>
				isCell(from) ? "" : found,
			);
	}
}

const nodeModules = builtinModules
	.filter((name) => !/^_|\//.test(name))
	.map((name) => (name.startsWith("node:") ? name : `node:${name}`));

const packageOf = (name: string): string => PACKAGE.exec(name)?.[1] ?? name;

function missingPackage(name: string, where: string): string {
	const what = `Cannot find package '${name}'${where}`;
	const best = similar(name, [...installed(process.cwd()), ...nodeModules]);
	return best === undefined
		? `${what}; install it: %npm install ${name}`
		: `${what}; did you mean "${best}"? If not, install it: %npm install ${name}`;
}

/** Without the prefix that Node's modules need not have, and the ending of files. */
const stem = (name: string) =>
	name.replace(/^node:/, "").replace(/\.[a-z]+$/i, "");

/** The one that was misspelt: names of modules are short, and much is alike. */
function similar(name: string, known: readonly string[]): string | undefined {
	const wanted = stem(name).toLowerCase();
	return known
		.map((one) => ({ one, changes: distance(wanted, stem(one).toLowerCase()) }))
		.filter(({ changes }) => changes <= (wanted.length > 4 ? 2 : 1))
		.sort((left, right) => left.changes - right.changes)[0]?.one;
}

/** Packages that could be imported in the folder. */
function installed(folder: string): string[] {
	const here = listed(join(folder, "node_modules")).flatMap((name) =>
		name.startsWith("@")
			? listed(join(folder, "node_modules", name)).map(
					(part) => `${name}/${part}`,
				)
			: [name],
	);
	const above = dirname(folder);
	return above === folder ? here : [...here, ...installed(above)];
}

const listed = (folder: string): string[] =>
	existsSync(folder)
		? readdirSync(folder).filter((name) => !name.startsWith("."))
		: [];

function meant(name: string, known: readonly string[]): string {
	const best = similar(name, known);
	return best === undefined ? "" : `; did you mean "${best}"?`;
}

/** The file that was meant, beside the one that is not there. */
function meantFile(path: string): string {
	const folder = dirname(path);
	return existsSync(folder)
		? meant(basename(path), listed(folder))
		: `; there is no folder ${folder}`;
}
