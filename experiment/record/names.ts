import { isDeviceName } from "../../base/device-names.ts";
import { UsageError } from "../../base/errors.ts";
import { foldedPath } from "../../base/files.ts";
import { readdirSync } from "../../host/files.ts";
import { session } from "../session.ts";

/**
 * Names become files and folders, and these are copied to other systems.
 * @throws UsageError for a text that cannot name files on all of them
 */
export function checkName(name: string, what: string): void {
	const refuse = (reason: string) => {
		throw new UsageError(
			`${typeof name === "string" ? JSON.stringify(name) : typeof name} cannot name ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}: ${reason}`,
		);
	};
	if (typeof name !== "string" || !/^\w[\w.@-]{0,99}$/.test(name))
		refuse('use letters, digits, "_", "-" and ".", at most 100');
	// What an earlier version recorded is replayed as it was.
	if (session().replay) return;
	if (isDeviceName(name))
		refuse("Windows keeps this name for a device; add something to it");
	if (name.endsWith("."))
		refuse('Windows leaves out a "." at the end; take it away');
}

/** @throws UsageError where runs are kept already under a name that some disks take for this one */
export function requireOneSpelling(root: string, experiment: string): void {
	let names: string[];
	try {
		names = readdirSync(root);
	} catch {
		// Nothing is there yet, or recording will say why it cannot be read.
		return;
	}
	const other = names.find(
		(name) =>
			name !== experiment && foldedPath(name) === foldedPath(experiment),
	);
	if (other !== undefined && !names.includes(experiment))
		throw new UsageError(
			`there are runs of "${other}" already, and many disks take "${experiment}" for the same name; write "${other}", or another name`,
		);
}

/** Which output of a run has which entry of its folder: none may lie where another does on any disk. */
export class EntryOwners {
	readonly #owners = new Map<string, string>();

	/**
	 * Takes entries for an output, in place of those it had.
	 * @param paths of its files, below `artifacts` or `pictures`
	 * @throws UsageError where another output has one of them, by some disk's rules
	 */
	take(
		output: string,
		paths: readonly string[],
		former: readonly string[],
	): void {
		const entries = paths.map(entryOf);
		for (const entry of entries) {
			const owner = this.#owners.get(entry) ?? output;
			if (owner !== output && !session().replay)
				throw new UsageError(
					`${named(output)} and ${named(owner)} would be one file on disks that take capitals and small letters for the same; give one of them another name`,
				);
		}
		for (const path of former) this.#owners.delete(entryOf(path));
		for (const entry of entries) this.#owners.set(entry, output);
	}
}

/** The file, or the folder of a model. */
const entryOf = (path: string) =>
	foldedPath(path.split("/").slice(0, 2).join("/"));

/** `artifact/model` as `artifact "model"`. */
const named = (output: string) => {
	const [kind, ...name] = output.split("/");
	return `${kind} "${name.join("/")}"`;
};
