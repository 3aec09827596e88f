import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../base/json-object.ts";
import { texts } from "../../../cell/compile/tsconfig.ts";
import { INTERNAL_PREFIX } from "../cell-files.ts";
import { compilerFolder } from "./package-paths.ts";

/** In front of the names of globals that are not there. */
const HIDDEN_PREFIX = `${INTERNAL_PREFIX}hidden_`;

/** In front of the names of types that globals of the same name have; no hidden one has it. */
const NODE_PREFIX = `${INTERNAL_PREFIX}node_`;

/**
 * Which globals have types: those that the engine has, no others. The engine
 * runs on the same Node as this process.
 */
export const isRuntimeGlobal = (name: string): boolean =>
	Object.hasOwn(globalThis, name) || name === "require";

/** Globals whose values Node's types declare, and not their type, which a module of Node has. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
	'import("node:util")': ["TextDecoder", "TextEncoder"],
	'import("node:worker_threads")': [
		"BroadcastChannel",
		"MessageChannel",
		"MessagePort",
	],
	'import("node:crypto").webcrypto': ["Crypto", "CryptoKey", "SubtleCrypto"],
	'import("node:perf_hooks")': [
		"Performance",
		"PerformanceEntry",
		"PerformanceMark",
		"PerformanceMeasure",
		"PerformanceObserver",
		"PerformanceObserverEntryList",
		"PerformanceResourceTiming",
	],
};

/** Globals of Node that its types leave to the library of browsers. */
const SUPPLEMENT = [
	"WebAssembly",
	"BodyInit",
	"BufferSource",
	"HeadersInit",
	"RequestInfo",
	...Object.values(CLASSES).flat(),
];

const classes = () =>
	Object.entries(CLASSES)
		.flatMap(([from, names]) =>
			names.map(
				(name) => `type ${NODE_PREFIX}${name} = ${from}.${name};
interface ${name} extends ${NODE_PREFIX}${name} {}
`,
			),
		)
		.join("");

/** The library of browsers is long, and asked about whenever a project gets room for more cells. */
let webAssembly: string | undefined;

function declarationOfWebAssembly(): string {
	const folder = compilerFolder();
	const library = folder && join(folder, "lib", "lib.dom.d.ts");
	// Without the library there is no compiler either that could read this.
	const browser =
		library && existsSync(library) ? readFileSync(library, "utf8") : "";
	const [found = "declare const WebAssembly: any;"] =
		/^declare namespace WebAssembly \{[\s\S]*?^\}/m.exec(browser) ?? [];
	// What is cut out of a text keeps all of it.
	return Buffer.from(found).toString();
}

/**
 * The same as declarations. WebAssembly is cut out of TypeScript's library of
 * browsers, whose other globals Node has not.
 */
export function supplement(): string {
	webAssembly ??= declarationOfWebAssembly();
	return `${webAssembly.replace(
		/\n\}$/,
		"\n    type BufferSource = ArrayBufferView | ArrayBufferLike;\n}",
	)}
type BufferSource = NodeJS.ArrayBufferView<ArrayBuffer> | ArrayBuffer;
type BodyInit = NonNullable<RequestInit["body"]>;
type HeadersInit = NonNullable<RequestInit["headers"]>;
type RequestInfo = string | URL | Request;
interface Console { assert(condition?: unknown, ...data: unknown[]): void }
declare module "worker_threads" {
    interface MessagePort {
        onmessage: ((event: MessageEvent) => unknown) | null;
        onmessageerror: ((event: MessageEvent) => unknown) | null;
    }
}
${classes()}declare var Performance: { readonly prototype: Performance; new (): Performance };
`;
}

/** The head of a declaration, the start of `declare global {`, or the end of a block. */
const HEAD =
	/^([ \t]*)(?:((?:declare )?global \{)|(\})|(declare )?(?:abstract )?(var|let|const|function|class|interface|type|namespace) ([\p{ID_Start}$_][\p{ID_Continue}$]*))/gmu;

interface GlobalDeclaration {
	readonly keyword: string;
	readonly name: string;
	/** Where the name begins. */
	readonly at: number;
}

/** The globals that a file of declarations has, as formatted by those who generate them. */
function* globalsIn(text: string): Generator<GlobalDeclaration> {
	const isModule = /^(?:import|export) /m.test(text);
	let block: string | undefined;
	let inner: string | undefined;
	for (const found of text.matchAll(HEAD)) {
		const [head, indent = "", opens, closes, , keyword = "", name = ""] = found;
		if (opens) [block, inner] = [indent, undefined];
		else if (closes) {
			if (indent === block) block = undefined;
		} else {
			if (block !== undefined) inner ??= indent;
			const isGlobal =
				block === undefined ? !isModule && indent === "" : indent === inner;
			if (isGlobal)
				yield { keyword, name, at: found.index + head.length - name.length };
		}
	}
}

const BROWSER = /\/lib\.(?:dom|webworker|scripthost)\b[^/]*\.d\.ts$/;
/** Files that declare what another version of Node has, or browsers have. */
const FOREIGN =
	/\/lib\.(?:dom|webworker|scripthost|esnext)\b[^/]*\.d\.ts$|\/@types\/node\/|\/@webgpu\/types\//;

const IS_VALUE = /^(?:var|let|const|function)$/;

/** Changes when the file does; "" where there is none. */
export const stampOf = (path: string): string => {
	const stat = statSync(path, { throwIfNoEntry: false });
	return stat ? `${path} ${stat.mtimeMs} ${stat.size}` : "";
};

/** What a project's tsconfig, given as its text, asks of the compiler. */
export function compilerOptions(
	config = "{}",
): Readonly<Record<string, unknown>> {
	const parsed: unknown = JSON.parse(config);
	const options = isObject(parsed) ? parsed.compilerOptions : undefined;
	return isObject(options) ? options : {};
}

/** Folder of the types of Node that the project uses. */
export function nodeTypes(config: string | undefined): string | undefined {
	return texts(compilerOptions(config).typeRoots)
		.map((root) => join(root, "node"))
		.find((folder) => existsSync(folder));
}

/** Names of all globals that the types of Node in the folder declare, and ours beside them. */
function nodeGlobals(folder: string): ReadonlySet<string> {
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
	const names = files
		.filter((file) => file.endsWith(".d.ts") && !/^ts\d/.test(file))
		.map((file) => readFileSync(join(folder, file), "utf8"))
		.flatMap((text) => [...globalsIn(text)].map(({ name }) => name));
	return new Set([...names, ...SUPPLEMENT]);
}

/** By path, as long as nothing that decides is another. */
const renamed = new Map<string, { stamp: string; text: string | undefined }>();

/**
 * The text of a file of declarations in which globals that the engine has not
 * bear a name that nobody uses. Of the library of browsers, which a tsconfig or a
 * package may ask for, so do all that Node has types of its own for: the
 * interfaces of browsers stay. Undefined where the file is right as it is.
 * @param config text of the project's tsconfig
 */
export function withoutForeignGlobals(
	path: string,
	config: string | undefined,
): string | undefined {
	if (!FOREIGN.test(path)) return undefined;
	const own = BROWSER.test(path) ? nodeTypes(config) : undefined;
	const stamp = [path, ...(own ? [join(own, "package.json")] : [])]
		.map(stampOf)
		.join("\n");
	const known = renamed.get(path);
	if (known?.stamp === stamp) return known.text;
	const text = existsSync(path)
		? withNamesHidden(path, own ? nodeGlobals(own) : new Set())
		: undefined;
	renamed.set(path, { stamp, text });
	return text;
}

function withNamesHidden(
	path: string,
	ownTypes: ReadonlySet<string>,
): string | undefined {
	const text = readFileSync(path, "utf8");
	const isLibrary = path.includes("/lib.");
	const isForeign = ({ keyword, name }: GlobalDeclaration) =>
		ownTypes.has(name) ||
		((IS_VALUE.test(keyword) || (isLibrary && keyword === "namespace")) &&
			!isRuntimeGlobal(name));
	let hidden = "";
	let end = 0;
	for (const found of globalsIn(text))
		if (isForeign(found)) {
			hidden += text.slice(end, found.at) + HIDDEN_PREFIX;
			end = found.at;
		}
	return end === 0 ? undefined : hidden + text.slice(end);
}
