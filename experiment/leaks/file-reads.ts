import { fs } from "../../host/builtins.ts";
import { replaceFunction } from "./replace.ts";
import { currentWatch } from "./watch.ts";

const OPENING = [
	"copyFile",
	"copyFileSync",
	"createReadStream",
	"open",
	"openAsBlob",
	"openSync",
	"readFile",
	"readFileSync",
];
const PROMISED = ["copyFile", "open", "readFile"];

/**
 * Notes which files a run's code opens. They are no leaks: a record says only
 * which of those that its code lacks the run had.
 */
export function installFileReads(): void {
	for (const key of OPENING) noteFile(fs, key);
	for (const key of PROMISED) noteFile(fs.promises, key);
	noteFile(process, "loadEnvFile", ".env");
}

function noteFile(owner: object, key: string, otherwise?: string): void {
	replaceFunction(owner, key, (native) => {
		function noted(this: unknown, ...args: unknown[]): unknown {
			currentWatch()?.opened(args[0] ?? otherwise);
			return Reflect.apply(native, this, args);
		}
		return noted;
	});
}
