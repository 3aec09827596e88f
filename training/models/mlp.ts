import { fullyConnected } from "./fully-connected.ts";
import type { Architecture } from "./model.ts";

/** 2 → 64 → 64 ReLU → classes. DeepDIVA has no model that learns its own spiral; this one does. */
export const mlp: Architecture = {
	name: "MLP",
	description: "2 → 64 → 64 ReLU → classes",
	inputShape: [2],
	create: (classes) => fullyConnected("MLP", [64, 64], "relu", classes),
};
