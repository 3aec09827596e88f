import type { Family } from "../family.ts";
import { arrangements } from "./arrangements.ts";
import { contractions } from "./einsum.ts";
import { norms } from "./norms.ts";
import { products } from "./products.ts";

/** Matrices, their products and norms, and what normalises. */
export const matrices: Family = {
	name: "matrices",
	ops: [...products, ...contractions, ...arrangements, ...norms],
	recorded: "matrices",
};
