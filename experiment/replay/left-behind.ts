import { lstatSync, readdirSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";

/**
 * What an execution left in the folder of its run that is neither file nor
 * folder, as a sentence: a link would be followed to whatever it names, and a
 * pipe waited for. Undefined where there is no such thing.
 */
export function oddLeftBehind(folder: string): string | undefined {
	for (const name of readdirSync(folder)) {
		const path = join(folder, name);
		const entry = lstatSync(path);
		const odd = entry.isDirectory()
			? oddLeftBehind(path)
			: entry.isFile()
				? undefined
				: `the code left ${JSON.stringify(name)} in the folder of its run, which is no plain file, so nothing was compared`;
		if (odd !== undefined) return odd;
	}
	return undefined;
}
