import { testFamily } from "./family.ts";
import { losses } from "./losses.ts";

testFamily(losses);
