import { testFamily } from "../family.ts";
import { convolutions } from "./index.ts";

testFamily(convolutions);
