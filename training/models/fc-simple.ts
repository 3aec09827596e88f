import { fullyConnected } from "./fully-connected.ts";
import { architectureOf } from "./model.ts";

/** DeepDIVA's FC_simple: 2 → 20 tanh → classes; 60 + 21 · classes parameters. */
export const fcSimple = architectureOf("FC_simple", (classes) =>
	fullyConnected("FC_simple", [20], "tanh", classes),
);
