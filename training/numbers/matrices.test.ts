import { testFamily } from "./family.ts";
import { matrices } from "./matrices/index.ts";

testFamily(matrices);
