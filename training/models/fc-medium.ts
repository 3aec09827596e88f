import { fullyConnected } from "./fully-connected.ts";
import type { Architecture } from "./model.ts";

/** DeepDIVA's FC_medium: 2 → 8 → 8 → 8 tanh → classes; 168 + 9 · classes parameters. */
export const fcMedium: Architecture = {
	name: "FC_medium",
	description: "2 → 8 → 8 → 8 tanh → classes",
	inputShape: [2],
	create: (classes) => fullyConnected("FC_medium", [8, 8, 8], "tanh", classes),
};
