import { stat } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { withoutCredentials } from "../secrets/redact.ts";
import { git } from "./git-command.ts";

/** Settings of a repository that say where it came from, by their names. */
export type RemoteSettings = ReadonlyMap<string, string>;
const known = new Map<string, { stamp: string; settings: RemoteSettings }>();

/** The remotes of a repository: asked again only when its settings were written since. */
export async function remotes(top: string): Promise<RemoteSettings> {
	// Elsewhere (a linked work tree, a submodule) `.git` is a file.
	const file = await stat(join(top, ".git", "config")).catch(() => undefined);
	if (!file) return readRemotes(top);
	const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
	let found = known.get(top);
	if (found?.stamp !== stamp) {
		found = { stamp, settings: await readRemotes(top) };
		known.set(top, found);
	}
	return found.settings;
}

/** `remote.NAME.url` and `branch.NAME.remote`. */
async function readRemotes(cwd: string): Promise<RemoteSettings> {
	const pattern = "^(remote\\..*\\.url|branch\\..*\\.remote)$";
	const listed = await git(cwd, ["config", "-z", "--get-regexp", pattern])
		.then((bytes) => bytes.toString())
		.catch(() => "");
	return new Map(
		listed
			.split("\0")
			.filter((entry) => entry !== "")
			.map((entry) => {
				const at = entry.indexOf("\n");
				return [entry.slice(0, at), entry.slice(at + 1)] as const;
			}),
	);
}

/** The remote that the branch follows, else `origin`, else the first. */
export function remoteOf(
	settings: RemoteSettings,
	branch: string | undefined,
): string | undefined {
	const followed = settings.get(`branch.${branch}.remote`);
	const url =
		settings.get(`remote.${followed}.url`) ??
		settings.get("remote.origin.url") ??
		[...settings].find(([key]) => key.startsWith("remote."))?.[1];
	return url && withoutCredentials(url);
}
