import { ownModule } from "../../base/own-modules.ts";
import { installContexts } from "../../host/contexts.ts";
import { fileURLToPath } from "../../host/paths.ts";
import { installWorkers } from "../../host/seeded-workers.ts";
import { installCrypto } from "./crypto.ts";
import { INHERITANCE, type Inheritance } from "./inherited.ts";
import { currentStreams, installMathRandom, random } from "./scope.ts";

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
	installContexts(random);
	installWorkers({ boot: BOOT, variable: INHERITANCE, next: nextInheritance });
}

const BOOT = fileURLToPath(ownModule("experiment/random/worker-boot"));

/** Workers draw from streams of their own, `worker:0` and so on; none where no seed holds. */
function nextInheritance(): string | undefined {
	const streams = currentStreams();
	return streams
		? JSON.stringify({
				seed: streams.seed,
				name: streams.nextWorker(),
				isChosen: streams.isChosen,
				varied: streams.varied,
			} satisfies Inheritance)
		: undefined;
}
