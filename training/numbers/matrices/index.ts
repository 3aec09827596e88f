import type { Family } from "../family.ts";
import { arrangements } from "./arrangements.ts";
import { complexNumbers } from "./complex.ts";
import { decompositions } from "./decompositions.ts";
import { contractions } from "./einsum.ts";
import { normalisations } from "./normalisation.ts";
import { norms } from "./norms.ts";
import { products } from "./products.ts";
import { transforms } from "./spectral.ts";

/** Matrices, their products and norms, and what normalises. */
export const matrices: Family = {
	name: "matrices",
	ops: [
		...products,
		...contractions,
		...arrangements,
		...decompositions,
		...norms,
		...normalisations,
	],
	recorded: "matrices",
};

/** Complex numbers, and what transforms signals. */
export const spectral: Family = {
	name: "spectral",
	ops: [...complexNumbers, ...transforms],
	recorded: "spectral",
};
