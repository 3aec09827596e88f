import { moduleOfLine } from "../../base/own-modules.ts";
import { readFileSync } from "../../host/files.ts";
import { fileURLToPath, isAbsolute, relative } from "../../host/paths.ts";

/** A line of the user's code. */
export interface Place {
	/** A cell as its prompt names it, or a file. */
	readonly name: string;
	/** 1-based. */
	readonly line: number;
	/** The line's text, trimmed. */
	readonly code?: string;
}

/** Leads a position of compiled code (1-based) back to what the user wrote; undefined where it did not compile that. */
export type Locate = (
	file: string,
	line: number,
	column: number,
) => Place | undefined;

let locateCompiled: Locate = () => undefined;

/** Whoever compiles the user's code says how to lead its positions back. */
export function setLocate(locate: Locate): void {
	locateCompiled = locate;
}

/** Whose code is it: the user's, a package's (by its name), or the machinery's, which is not reported? */
export type Origin = { readonly package?: string } | "machinery";

const OWN = fileURLToPath(new URL("../../", import.meta.url));

/** Of the file, as V8 names it, at a position. */
export function originOf(file: string, line: number, column: number): Origin {
	if (locateCompiled(file, line, column)) return {};
	if (file.startsWith("node:")) return "machinery";
	const path = pathOf(file);
	const own = path.startsWith(OWN);
	const inside = own ? path.slice(OWN.length) : path;
	const packages = inside.split(/(?:^|[\\/])node_modules[\\/]/);
	const [, name] =
		/^((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(
			packages.length > 1 ? (packages.at(-1) as string) : "",
		) ?? [];
	if (name !== undefined) return { package: name.replace("\\", "/") };
	if (!own) return {};
	// Our models and tasks are to a run what a package is; the rest only observes it.
	return /^training[\\/]/.test(moduleOfLine(inside, line))
		? { package: "deepdiva" }
		: "machinery";
}

/** Where the user wrote it. */
export function placeOf(file: string, line: number, column: number): Place {
	const compiled = locateCompiled(file, line, column);
	if (compiled) return { ...compiled, name: nameOf(compiled.name) };
	const path = pathOf(file);
	const code = lineOf(path, line);
	return {
		name: nameOf(path),
		line,
		...(code === undefined ? {} : { code }),
	};
}

/** A file as it is called from the working directory. */
function nameOf(name: string): string {
	if (!isAbsolute(name)) return name;
	const below = relative(process.cwd(), name);
	return below.startsWith("..") ? name : below;
}

/** A module's path without the version that tells an edited one from the one before. */
const pathOf = (file: string) => {
	const plain = file.replace(/\?.*/s, "");
	return plain.startsWith("file:") ? fileURLToPath(plain) : plain;
};

function lineOf(path: string, line: number): string | undefined {
	try {
		return readFileSync(path, "utf8").split("\n")[line - 1]?.trim();
	} catch {
		return undefined; // Code without a file, for example of `node -e`.
	}
}
