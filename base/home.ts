import { homedir, userInfo } from "../host/machine.ts";
import { isAbsolute, join } from "../host/paths.ts";
import { UsageError } from "./errors.ts";

/**
 * The user's home folder, absolute. HOME may be empty or relative: files would
 * then end up in the working folder.
 * @throws UsageError where the user has none
 */
export function homeFolder(): string {
	for (const find of [homedir, () => userInfo().homedir])
		try {
			const folder = find();
			if (isAbsolute(folder)) return folder;
		} catch {
			// A user whom the system does not know, as in a container.
		}
	throw new UsageError(
		"there is no home folder; set HOME in the environment to a folder of yours",
	);
}

/**
 * The folder that a variable such as XDG_CACHE_HOME names, else a folder below
 * the home folder. A relative path in the variable is ignored.
 * https://specifications.freedesktop.org/basedir-spec/latest
 * @throws UsageError where neither exists
 */
export const userFolder = (
	named: string | undefined,
	...fallback: readonly string[]
): string =>
	named !== undefined && isAbsolute(named)
		? named
		: join(homeFolder(), ...fallback);
