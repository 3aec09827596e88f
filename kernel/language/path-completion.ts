import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { nesting } from "../../cell/text/brackets.ts";
import { blankMagics } from "../../magics/magic-lines.ts";
import type { CompleteReply } from "../protocol/requests.ts";

/** Functions whose first argument is a path, by their names. */
const TAKES_PATH =
	/[rR]ead|[wW]rite|[oO]pen|[eE]xists|[sS]tat|[aA]ccess|[aA]ppend|[cC]opy|[mM]kdir|[uU]nlink|[lL]oad|[dD]ir|[fF]ile|[pP]ath|[cC]hdir|[iI]mport|^rm$/;
const CALLED = /(?<!\w)(\w+)\s*\(\s*$/;

const takesPath = (head: string) =>
	TAKES_PATH.test(CALLED.exec(head)?.[1] ?? "");

/** Does an import's `from`, or a call that loads a module, come before the quote? */
export const IMPORTS =
	/(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\brequire\.resolve\s*\(|\bimport\.meta\.resolve\s*\()\s*$/;

/** Files and folders for a path that is being written as text; undefined where none is. */
export function completePath(
	code: string,
	cursor: number,
	folder: string,
): CompleteReply | undefined {
	const before = blankMagics(code).slice(0, cursor);
	const { quote } = nesting(before);
	if (quote === undefined) return undefined;
	const head = before.slice(0, quote);
	const written = before.slice(quote + 1);
	if (IMPORTS.test(head) || /[\n$]/.test(written)) return undefined;
	const isPath = /^(?:\.{1,2})?\//.test(written) || takesPath(head);
	if (!isPath) return undefined;
	const slash = written.lastIndexOf("/") + 1;
	const last = written.slice(slash);
	const matches = entries(resolve(folder, written.slice(0, slash)))
		.filter((name) => name.startsWith(last))
		.filter((name) => last.startsWith(".") || !name.startsWith("."))
		.sort();
	return {
		matches,
		start: cursor - last.length,
		end: cursor,
		types: matches.map(() => "path"),
	};
}

function entries(folder: string): string[] {
	try {
		return readdirSync(folder, { withFileTypes: true }).map(
			(entry) => entry.name + (entry.isDirectory() ? "/" : ""),
		);
	} catch {
		return [];
	}
}
