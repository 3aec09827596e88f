/** What table.mjs runs on the pinned Node. */
import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../../base/files.ts";
import { findInterpreters } from "./interpreters.ts";
import { markdownTable, measure, withTable } from "./matrix.ts";

const RESULT = new URL("./result.json", import.meta.url).pathname;

const matrix = await measure(findInterpreters());
console.log(markdownTable(matrix));
const [option, file] = process.argv.slice(2);
if (option === "--write" && file !== undefined) {
	writeFileAtomic(file, withTable(readFileSync(file, "utf8"), matrix));
	writeFileAtomic(RESULT, `${JSON.stringify(matrix, undefined, "\t")}\n`);
	console.log(`wrote ${file} and ${RESULT}`);
}
