import { testFamily } from "./family.ts";
import { reductions } from "./reductions/index.ts";

testFamily(reductions);
