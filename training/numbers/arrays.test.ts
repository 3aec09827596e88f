import { arrays } from "./arrays/index.ts";
import { testFamily } from "./family.ts";

testFamily(arrays);
