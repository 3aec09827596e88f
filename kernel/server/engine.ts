import type { Engine } from "../owner/owner.ts";
import type { EngineOptions } from "../protocol/requests.ts";

/** What the server needs of an engine; `Engine` is one. */
export type ServerEngine = Pick<
	Engine,
	"execute" | "comm" | "interrupt" | "complete" | "inspect" | "shutdown" | "on"
>;

/** Where engines come from; the class `Engine` is such a place. */
export interface EngineSource {
	start(
		options: Pick<EngineOptions, "cwd" | "input" | "types">,
	): Promise<ServerEngine>;
	isComplete: typeof Engine.isComplete;
}
