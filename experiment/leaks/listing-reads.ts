import { fs } from "../../host/builtins.ts";
import { noteCalls, replaceFunction } from "./replace.ts";
import { currentWatch } from "./watch.ts";

type AnyFunction = (...args: never[]) => unknown;
type Listed = ReturnType<NonNullable<ReturnType<typeof currentWatch>>["note"]>;

/** Functions that give a folder's entries in the order the file system has them. */
export function installListingReads(): void {
	noteLists(fs, "readdirSync", "fs.readdirSync", "returned");
	noteLists(fs, "globSync", "fs.globSync", "returned");
	noteLists(fs, "readdir", "fs.readdir", "passed");
	noteLists(fs, "glob", "fs.glob", "passed");
	noteLists(fs.promises, "readdir", "fs.promises.readdir", "resolved");
	// One entry after the other: there is no list that could be sorted.
	noteCalls(fs, "opendir", "listing", "fs.opendir");
	noteCalls(fs, "opendirSync", "listing", "fs.opendirSync");
	noteCalls(fs.promises, "opendir", "listing", "fs.promises.opendir");
	noteCalls(fs.promises, "glob", "listing", "fs.promises.glob");
}

/**
 * Notes the calls of a function that gives an array, unless the array is sorted
 * by the one who got it.
 * @param gives how the array comes to the caller
 */
function noteLists(
	owner: object,
	key: string,
	what: string,
	gives: "returned" | "resolved" | "passed",
): void {
	replaceFunction(owner, key, (native) => {
		function noted(this: unknown, ...args: unknown[]): unknown {
			const site = currentWatch()?.note("listing", what, noted as AnyFunction);
			if (!site) return Reflect.apply(native, this, args);
			const callback = args.at(-1);
			if (gives === "passed" && typeof callback === "function")
				args[args.length - 1] = (error: unknown, list: unknown) =>
					(callback as (...all: unknown[]) => unknown)(
						error,
						forgivenWhenSorted(list, site),
					);
			const given = Reflect.apply(native, this, args);
			if (gives === "returned") return forgivenWhenSorted(given, site);
			if (gives === "resolved")
				return (given as Promise<unknown>).then((list) =>
					forgivenWhenSorted(list, site),
				);
			return given;
		}
		return noted;
	});
}

/** The list, whose `sort` and `toSorted` take the read back: order can no longer leak. */
function forgivenWhenSorted(list: unknown, site: NonNullable<Listed>): unknown {
	if (!Array.isArray(list)) return list;
	let forgiven = false;
	for (const name of ["sort", "toSorted"] as const)
		Object.defineProperty(list, name, {
			configurable: true,
			writable: true,
			value(this: unknown[], order?: (a: unknown, b: unknown) => number) {
				if (!forgiven) site.count--;
				forgiven = true;
				return Array.prototype[name].call(this, order);
			},
		});
	return list;
}
