/**
 * `node --import deepdiva/seed SCRIPT`: all randomness of a plain script follows
 * one root seed, from before its first import. The seed is `DEEPDIVA_SEED`;
 * without it one is drawn, and told on stderr.
 * @module
 */
import { UsageError } from "./base/errors.ts";
import { inherited } from "./experiment/random/inherited.ts";
import { installRandom } from "./experiment/random/install.ts";
import { configureSession, session } from "./experiment/session.ts";

function start(): void {
	installRandom();
	try {
		configureSession({});
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`DEEPDIVA_SEED: ${error.message}\n`);
		process.exit(2);
	}
	const { rootSeed, seedOrigin } = session();
	if (seedOrigin === "drawn")
		process.stderr.write(
			`deepdiva: root seed ${rootSeed} was drawn; DEEPDIVA_SEED=${rootSeed} gives the same numbers again\n`,
		);
}

// A worker inherits the flag, and has streams of its own already.
if (!inherited) start();
