import type * as node from "../file-renewal.ts";
import { existsSync, writeFileSync } from "./files.ts";

export type { RenewedFile } from "../file-renewal.ts";

export const touchFile: typeof node.touchFile = ({ path, text }) => {
	if (!existsSync(path)) return false;
	writeFileSync(path, text);
	return true;
};

/** By a timer: nobody but this page sees the files. */
export const renewFile: typeof node.renewFile = (file) => {
	const timer = setInterval(() => {
		if (touchFile(file)) return;
		clearInterval(timer);
		file.gone();
	}, file.everyMilliseconds);
	return () => clearInterval(timer);
};
