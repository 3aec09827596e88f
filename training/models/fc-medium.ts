import { fullyConnected } from "./fully-connected.ts";
import { architectureOf } from "./model.ts";

/** DeepDIVA's FC_medium: 2 → 8 → 8 → 8 tanh → classes; 168 + 9 · classes parameters. */
export const fcMedium = architectureOf("FC_medium", (classes) =>
	fullyConnected("FC_medium", [8, 8, 8], "tanh", classes),
);
