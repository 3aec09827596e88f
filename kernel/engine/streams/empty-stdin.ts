import { Readable } from "node:stream";
import { perScope } from "../interrupt/cell-local.ts";

const EMPTY =
	'Standard input is empty in a notebook: nothing can be read from it. Ask with await input("…"), await password("…") or prompt("…").\n';

/** Ends at once, and says so to whoever reads from it. */
function emptyInput(): Readable {
	const stream = new Readable({
		read() {
			process.stderr.write(EMPTY);
			this.push(null);
		},
	});
	const stay = () => stream;
	return Object.assign(stream, { fd: 0, isTTY: false, ref: stay, unref: stay });
}

/** Each cell finds a `process.stdin` of its own: one that has ended would tell the next nothing. */
export function installStdin(): void {
	Object.defineProperty(process, "stdin", {
		get: perScope(emptyInput),
		configurable: true,
		enumerable: true,
	});
}
