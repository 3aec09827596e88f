import type { parseTsconfig as ParseTsconfig } from "get-tsconfig";
import { isObject } from "../../base/json-object.ts";
import { existsSync, readFileSync, statSync } from "../../host/files.ts";
import { requirePackage } from "../../host/modules.ts";
import { dirname, join, resolve } from "../../host/paths.ts";
import { parseCode } from "../parse.ts";
import { locate } from "./syntax.ts";

/** The `compilerOptions` as they stand in the file, those it extends included. */
export type CompilerOptions = Readonly<Record<string, unknown>>;

/** What a tsconfig.json says. */
export interface Tsconfig {
	/** Absent where there is none, here or in a folder above. */
	readonly path?: string;
	/** Empty where there is none, and of one that cannot be read. */
	readonly options: CompilerOptions;
	/** Why it cannot be read, for whoever wrote it. */
	readonly problem?: string;
}

const NONE: Tsconfig = { options: {} };

/** The nearest tsconfig.json, as tsc finds it. */
function find(folder: string): string | undefined {
	const path = join(folder, "tsconfig.json");
	if (existsSync(path)) return path;
	const above = dirname(folder);
	return above === folder ? undefined : find(above);
}

/** Where the file stops being JSON with comments; undefined where it does not. */
function syntaxProblem(path: string): string | undefined {
	const text = readFileSync(path, "utf8");
	if (text.trim() === "") return undefined;
	// Comments and a comma at the end are allowed, as in the literals of JavaScript.
	const { program, errors } = parseCode("tsconfig.js", `(${text}\n)`, {
		lang: "js",
	});
	const [error] = errors;
	if (error) {
		const offset = (error.labels[0]?.start ?? 1) - "(".length;
		const { line, column } = locate(text, Math.min(offset, text.length));
		return `${path}: line ${line}, column ${column}: ${error.message}`;
	}
	const [statement] = program.body;
	const value =
		statement?.type === "ExpressionStatement" &&
		statement.expression.type === "ParenthesizedExpression"
			? statement.expression.expression
			: undefined;
	return value?.type === "ObjectExpression"
		? undefined
		: `${path}: a tsconfig is an object, { "compilerOptions": { … } }`;
}

/** What get-tsconfig notes of each file it reads, in the cache that it is given. */
const READ = /^readFileSync:(.*):utf8$/;

interface Known {
	readonly tsconfig: Tsconfig;
	/** The file, and all that it extends, by times of change. */
	readonly times: ReadonlyMap<string, number | undefined>;
}

const timeOf = (path: string): number | undefined =>
	statSync(path, { throwIfNoEntry: false })?.mtimeMs;

function read(path: string): Known {
	const { parseTsconfig } = requirePackage("get-tsconfig") as {
		parseTsconfig: typeof ParseTsconfig;
	};
	const cache = new Map<string, string>();
	let options: CompilerOptions = {};
	let problem: string | undefined;
	try {
		({ compilerOptions: options = {} } = parseTsconfig(path, cache) as {
			compilerOptions?: CompilerOptions;
		});
	} catch (error) {
		problem = `${path}: ${
			error instanceof TypeError
				? "an option has a value of the wrong kind"
				: error instanceof Error
					? error.message
					: String(error)
		}`;
	}
	const files = [...cache.keys()].flatMap((key) => READ.exec(key)?.[1] ?? []);
	const all = [...new Set([path, ...files])];
	// It reads what is broken as far as it can; a user would not notice what is left out.
	for (const file of all) problem = syntaxProblem(file) ?? problem;
	return {
		tsconfig: problem
			? { path, options: {}, problem }
			: { path, options: absolute(options, dirname(path)) },
		times: new Map(all.map((file) => [file, timeOf(file)])),
	};
}

/** The strings of a list; none of what is no list. */
export const texts = (value: unknown): string[] =>
	Array.isArray(value)
		? value.filter((one): one is string => typeof one === "string")
		: [];

/** Folders without regard to where the file lies; `paths` from `baseUrl` on, if there is one. */
function absolute(options: CompilerOptions, folder: string): CompilerOptions {
	const { baseUrl, paths, typeRoots, ...others } = options;
	const base = resolve(folder, typeof baseUrl === "string" ? baseUrl : ".");
	const targets = isObject(paths)
		? Object.entries(paths).map(([name, found]): [string, string[]] => [
				name,
				texts(found).map((one) => resolve(base, one)),
			])
		: [];
	// Below `baseUrl` everything can be named.
	if (typeof baseUrl === "string") targets.push(["*", [join(base, "*")]]);
	return {
		...others,
		...(targets.length > 0 ? { paths: Object.fromEntries(targets) } : {}),
		...(typeRoots === undefined
			? {}
			: { typeRoots: texts(typeRoots).map((one) => resolve(folder, one)) }),
	};
}

const known = new Map<string, Known>();

/** The tsconfig.json that holds for a folder: read again after an edit. */
export function tsconfigOf(folder: string): Tsconfig {
	const path = find(folder);
	if (path === undefined) return NONE;
	const before = known.get(path);
	if (before && [...before.times].every(([file, at]) => timeOf(file) === at))
		return before.tsconfig;
	const now = read(path);
	known.set(path, now);
	return now.tsconfig;
}

/** The files that an import may mean by the `paths` of a tsconfig, in their order. */
export function* pathsFor(
	specifier: string,
	{ options: { paths } }: Tsconfig,
): Generator<string> {
	if (!isObject(paths) || /^(?:\.{0,2}\/|[a-z]+:)/.test(specifier)) return;
	const patterns = Object.entries(paths).map(([pattern, targets]) => {
		const [before = "", after] = pattern.split("*");
		return { before, after, targets: texts(targets) };
	});
	const fits = ({ before, after }: (typeof patterns)[number]) =>
		after === undefined
			? specifier === before
			: specifier.startsWith(before) &&
				specifier.endsWith(after) &&
				specifier.length >= before.length + after.length;
	// The whole name first, then the longest beginning.
	const [best] = patterns
		.filter(fits)
		.sort(
			(a, b) =>
				Number(b.after === undefined) - Number(a.after === undefined) ||
				b.before.length - a.before.length,
		);
	if (!best) return;
	const middle = specifier.slice(
		best.before.length,
		specifier.length - (best.after?.length ?? 0),
	);
	for (const target of best.targets) yield target.replace("*", middle);
}
