import { UsageError } from "../../base/errors.ts";
import { isInside } from "../../base/files.ts";
import { isObject } from "../../base/json-object.ts";
import { existsSync, readFileSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";

/** What of a lock file's entry decides where npm gets a package, and where it puts it. */
interface CarriedPackage {
	readonly resolved?: unknown;
	readonly integrity?: unknown;
	readonly link?: unknown;
	readonly inBundle?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** npm takes the first of them that is there. */
const LOCK_FILES = ["npm-shrinkwrap.json", "package-lock.json"];
const DEPENDENCIES = [
	"dependencies",
	"devDependencies",
	"optionalDependencies",
	"peerDependencies",
	"overrides",
];
const INTEGRITY =
	/^(sha512|sha384|sha256|sha1)-[A-Za-z0-9+/]{27,88}={0,2}( |$)/;

/**
 * Refuses what somebody else's package.json and lock file could make npm do
 * beside downloading archives: clone repositories, read or write outside of their
 * folder, take what nobody can check.
 * @throws UsageError that names the entry
 */
export function requirePlainPackages(folder: string): void {
	const locks = LOCK_FILES.filter((file) => existsSync(join(folder, file)));
	for (const file of locks)
		for (const [place, entry] of Object.entries(packagesOf(folder, file))) {
			const problem = isObject(entry)
				? problemOf(place, entry)
				: "is no description of a package";
			if (problem !== undefined)
				refuse(file, `has ${JSON.stringify(place)}, which ${problem}`);
			refuseWanted(file, isObject(entry) ? entry : {});
		}
	refuseWanted("package.json", readObject(folder, "package.json"));
}

function refuse(file: string, what: string): never {
	throw new UsageError(
		`${file} that came along ${what}, so no packages were installed; only archives from a registry (https) with their digest are. Look at the code first, then replay in a folder of your own where you installed its packages, with --here`,
	);
}

function packagesOf(folder: string, file: string): Fields {
	const { packages } = readObject(folder, file);
	return isObject(packages)
		? packages
		: refuse(file, "is of a format that npm 7 replaced, without packages");
}

function refuseWanted(file: string, manifest: Fields): void {
	const [wanted] = wantedProblem(manifest);
	if (wanted !== undefined) refuse(file, `asks for ${wanted}`);
}

function readObject(folder: string, file: string): Fields {
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(join(folder, file), "utf8"));
	} catch {
		return refuse(file, "is no JSON");
	}
	return isObject(value) ? value : refuse(file, "is no JSON object");
}

/** Why an entry of a lock file is none of a plain package; undefined where it is. */
function problemOf(
	place: string,
	{ resolved, integrity, link, inBundle }: CarriedPackage,
): string | undefined {
	if (place === "") return undefined;
	if (!isInside(place)) return "lies outside of its folder";
	const where = typeof resolved === "string" ? resolved : undefined;
	if (resolved !== undefined && where === undefined)
		return "does not say where it is from";
	if (link === true)
		return where !== undefined && isInside(where)
			? undefined
			: "leads out of its folder";
	// A folder of the project's own, or a part of another package's archive.
	if (where === undefined && !isInstalled(place)) return undefined;
	if (where === undefined && inBundle === true) return undefined;
	if (where !== undefined && !isPlainSource(where))
		return `is from ${JSON.stringify(where)}`;
	return typeof integrity === "string" && INTEGRITY.test(integrity)
		? undefined
		: "has no digest";
}

const isInstalled = (place: string) =>
	place.split("/").includes("node_modules");

function isPlainSource(where: string): boolean {
	if (where.startsWith("file:")) return isInside(where.slice("file:".length));
	if (!URL.canParse(where)) return false;
	const { protocol, username, password } = new URL(where);
	return protocol === "https:" && username === "" && password === "";
}

/** What a package.json asks for that no registry has, in words. */
function wantedProblem(manifest: Fields): string[] {
	const problems: string[] = [];
	const look = (name: string, wanted: unknown): void => {
		if (isObject(wanted))
			for (const [key, one] of Object.entries(wanted)) look(key, one);
		else if (typeof wanted !== "string" || !isPlainRange(wanted))
			problems.push(`${JSON.stringify(name)} from ${JSON.stringify(wanted)}`);
	};
	for (const field of DEPENDENCIES) look(field, manifest[field] ?? {});
	const { workspaces } = manifest;
	const folders = isObject(workspaces) ? workspaces.packages : workspaces;
	for (const one of Array.isArray(folders) ? folders : [])
		if (typeof one !== "string" || !isInside(plainPath(one)))
			problems.push(`the workspace ${JSON.stringify(one)}`);
	return problems;
}

const plainPath = (path: string) =>
	path.replace(/^\.\//, "").replace(/\/$/, "");

/** A range of versions or a tag has neither `/` nor `:`; other sources have. */
function isPlainRange(wanted: string): boolean {
	if (!/[/:\\]/.test(wanted)) return true;
	if (wanted.startsWith("file:"))
		return isInside(plainPath(wanted.slice("file:".length)));
	if (wanted.startsWith("npm:"))
		return !/[:\\]/.test(wanted.slice("npm:".length)) && !wanted.includes("..");
	return wanted.startsWith("https:") && isPlainSource(wanted);
}
