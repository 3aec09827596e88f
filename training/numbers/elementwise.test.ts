import { elementwise } from "./elementwise.ts";
import { testFamily } from "./family.ts";

testFamily(elementwise);
