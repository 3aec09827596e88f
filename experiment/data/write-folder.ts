import { makeFolder, temporaryName } from "../../base/files.ts";
import { existsSync, renameSync, rmSync } from "../../host/files.ts";
import { dirname } from "../../host/paths.ts";
import { DataError, systemCode } from "./data-error.ts";

/**
 * Makes a folder that appears under its name only when it is complete.
 * @param fill writes into the temporary folder that it is given
 * @param options.force replaces an existing folder
 * @throws DataError EXISTS, UNWRITABLE; what `fill` throws
 */
export async function writeFolder(
	directory: string,
	fill: (temporary: string) => Promise<void>,
	options: { readonly force?: boolean } = {},
): Promise<void> {
	if (existsSync(directory) && !options.force)
		throw new DataError(
			"EXISTS",
			`${directory} is already there; remove it or name another folder`,
		);
	const temporary = temporaryName(directory);
	try {
		makeFolder(temporary);
		await fill(temporary);
		moveIntoPlace(temporary, directory);
	} catch (error) {
		if (!systemCode(error)) throw error;
		throw new DataError(
			"UNWRITABLE",
			`${directory} could not be written: ${(error as Error).message}`,
			{ cause: error },
		);
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

function moveIntoPlace(temporary: string, directory: string): void {
	if (!existsSync(directory)) {
		makeFolder(dirname(directory));
		renameSync(temporary, directory);
		return;
	}
	const old = `${temporary}.old`;
	renameSync(directory, old);
	renameSync(temporary, directory);
	rmSync(old, { recursive: true });
}
