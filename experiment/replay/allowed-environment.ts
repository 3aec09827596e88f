import { delimiter, isAbsolute } from "../../host/paths.ts";

/** What programs need to be found, to speak the reader's language, and to start on Windows. */
const EVERY_PROGRAM = /^(PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ)$/i;
const WINDOWS =
	/^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|PROGRAMDATA|PROGRAMFILES(\(X86\))?)$/i;
/** How npm reaches a registry, and where it keeps what it fetched. */
const NPM =
	/^(HOME|USERPROFILE|APPDATA|LOCALAPPDATA|TMPDIR|TEMP|TMP|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|cache|proxy|https_proxy|noproxy|cafile|offline|prefer_offline|userconfig|globalconfig))$/i;

/**
 * Of an environment, what a program may see that works for somebody else: by an
 * allow-list, since nobody knows all the names of secrets. In `PATH` only folders
 * with their whole path stay: others are looked up where the stranger's files lie.
 */
export function allowedEnvironment(
	kind: "program" | "npm",
	env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const [name, value] of Object.entries(env)) {
		if (value === undefined) continue;
		if (
			!EVERY_PROGRAM.test(name) &&
			!(process.platform === "win32" && WINDOWS.test(name)) &&
			!(kind === "npm" && NPM.test(name))
		)
			continue;
		kept[name] = /^PATH$/i.test(name)
			? value
					.split(delimiter)
					.filter((folder) => isAbsolute(folder))
					.join(delimiter)
			: value;
	}
	return kept;
}
