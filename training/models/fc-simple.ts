import { fullyConnected } from "./fully-connected.ts";
import type { Architecture } from "./model.ts";

/** DeepDIVA's FC_simple: 2 → 20 tanh → classes; 60 + 21 · classes parameters. */
export const fcSimple: Architecture = {
	name: "FC_simple",
	description: "2 → 20 tanh → classes",
	inputShape: [2],
	create: (classes) => fullyConnected("FC_simple", [20], "tanh", classes),
};
