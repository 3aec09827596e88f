import { sha256 } from "../../base/canonical.ts";
import { isWithin } from "../../base/files.ts";
import { isObject } from "../../base/json-object.ts";
import { existsSync, readFileSync, realpathSync } from "../../host/files.ts";
import {
	dirname,
	fileURLToPath,
	isAbsolute,
	join,
	relative,
} from "../../host/paths.ts";
import { callerOf } from "../leaks/caller.ts";
import { projectRoot, session } from "../session.ts";
import type { DefinedBy } from "./definition.ts";

/** Whose code called `callee`, which must be on the stack. */
export function definedBy(callee: (...args: never[]) => unknown): DefinedBy {
	const { redactor, source, folder } = session();
	const cell: DefinedBy = {
		kind: "cell",
		digest: sha256(redactor.source(source?.text ?? "")),
	};
	const caller = callerOf(callee);
	if (!caller) return cell;
	const { file } = caller;
	const path = file.startsWith("file:") ? fileURLToPath(file) : file;
	// Cells have names that are no files.
	if (!isAbsolute(path) || !existsSync(path)) return cell;
	const project = realpathSync(projectRoot(folder));
	const found = packageAround(path);
	// One that is linked lies where it is developed, outside of node_modules.
	if (found && !isWithin(found.folder, project)) {
		const { name, version } = found;
		return { kind: "package", name, ...(version ? { version } : {}) };
	}
	return {
		kind: "file",
		path: relative(project, path).replaceAll("\\", "/"),
		digest: sha256(readFileSync(path, "utf8")),
	};
}

interface FoundPackage {
	readonly folder: string;
	readonly name: string;
	readonly version: string | undefined;
}

/** The nearest enclosing package; a package.json without a name only says how files are read. */
function packageAround(file: string): FoundPackage | undefined {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		const path = join(folder, "package.json");
		const { name, version } = existsSync(path) ? read(path) : {};
		if (name !== undefined) return { folder, name, version };
		if (dirname(folder) === folder) return undefined;
	}
}

function read(path: string): { name?: string; version?: string } {
	let content: unknown;
	try {
		content = JSON.parse(readFileSync(path, "utf8"));
	} catch {
		return {};
	}
	if (!isObject(content)) return {};
	const text = (value: unknown): string | undefined =>
		typeof value === "string" && value !== "" ? value : undefined;
	return { name: text(content.name), version: text(content.version) };
}
