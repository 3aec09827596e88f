import { installContexts } from "./contexts.ts";
import { installCrypto } from "./crypto.ts";
import { installMathRandom } from "./scope.ts";
import { installWorkers } from "./workers.ts";

let installed = false;

/**
 * From now on all randomness of this thread follows the streams, wherever
 * there are some: `Math.random` here, in every vm context and every worker, and
 * the ids and tokens of `crypto`. Must run before any user import.
 */
export function installRandom(): void {
	if (installed) return;
	installed = true;
	installMathRandom();
	installCrypto();
	installContexts();
	installWorkers();
}
