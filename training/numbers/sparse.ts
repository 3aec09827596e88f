import type { Family } from "./family.ts";
import { sparseOps } from "./sparse/sparse.ts";
import { textOps } from "./sparse/texts.ts";

/** Operations on sparse and ragged tensors, and on texts. */
export const sparse: Family = {
	name: "sparse",
	ops: [...sparseOps, ...textOps],
	recorded: "sparse",
};
