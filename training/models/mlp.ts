import { fullyConnected } from "./fully-connected.ts";
import { architectureOf } from "./model.ts";

/** 2 → 64 → 64 ReLU → classes. DeepDIVA has no model that learns its own spiral; this one does. */
export const mlp = architectureOf("MLP", (classes) =>
	fullyConnected("MLP", [64, 64], "relu", classes),
);
