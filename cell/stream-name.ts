import { sha256 } from "../base/canonical.ts";
import type { ParsedCell } from "./cell.ts";

/**
 * The random stream that a cell's code draws from outside of runs. Its name
 * follows from the code alone, so that a notebook, `deepdiva execute` and an
 * exported script draw the same numbers.
 */
export function streamNameOf({ lines }: ParsedCell): string {
	return `cell:${sha256(lines.join("\n").trim()).slice(7, 23)}`;
}
