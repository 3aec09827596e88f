import { testFamily } from "./family.ts";
import { sparse } from "./sparse.ts";

testFamily(sparse);
