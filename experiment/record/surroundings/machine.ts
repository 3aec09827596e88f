import { readFileSync } from "../../../host/files.ts";
import { createHmac } from "../../../host/hash.ts";

/**
 * Tells this machine from others, where its system has an id: derived from it
 * by a keyed hash, since the id itself is to stay on the machine.
 * @see https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
 */
export function machineId(path = "/etc/machine-id"): string | undefined {
	let id: string;
	try {
		id = readFileSync(path, "utf8").trim();
	} catch {
		return undefined;
	}
	return /^[0-9a-f]{32}$/.test(id)
		? createHmac("sha256", id).update("deepdiva").digest("hex").slice(0, 32)
		: undefined;
}
