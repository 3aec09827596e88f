import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

interface Range {
	readonly startOffset: number;
	readonly endOffset: number;
	readonly count: number;
}

/** What Node writes of a process to the folder of NODE_V8_COVERAGE. */
interface Report {
	readonly result: readonly {
		readonly url: string;
		readonly functions: readonly { readonly ranges: readonly Range[] }[];
	}[];
}

function resultOf(path: string): Report["result"] {
	try {
		return (JSON.parse(readFileSync(path, "utf8")) as Report).result;
	} catch (error) {
		// A process that was killed while it wrote.
		if (error instanceof SyntaxError) return [];
		throw error;
	}
}

/** Which places of the project's files a test's processes executed. */
export class Coverage {
	/** Of each file, the ranges of each process. */
	readonly #files = new Map<string, (readonly Range[])[]>();

	/** Reads what Node left in a folder about the files of a tree. */
	static read(folder: string, root: string): Coverage {
		const coverage = new Coverage();
		for (const name of readdirSync(folder)) {
			for (const { url, functions } of resultOf(join(folder, name))) {
				if (!url.startsWith("file:")) continue;
				const file = relative(root, fileURLToPath(url));
				if (file.startsWith("..") || file.includes("node_modules")) continue;
				const ranges = functions.flatMap((one) => one.ranges);
				const others = coverage.#files.get(file);
				if (others) others.push(ranges);
				else coverage.#files.set(file, [ranges]);
			}
		}
		return coverage;
	}

	/** Types are removed by spaces, so places in what was executed are those of the source. */
	executes(file: string, place: number): boolean {
		return (this.#files.get(file) ?? []).some((ranges) => {
			let innermost: Range | undefined;
			for (const range of ranges)
				if (
					range.startOffset <= place &&
					place < range.endOffset &&
					(!innermost ||
						range.endOffset - range.startOffset <=
							innermost.endOffset - innermost.startOffset)
				)
					innermost = range;
			return innermost !== undefined && innermost.count > 0;
		});
	}
}
