import { testFamily } from "./family.ts";
import { spectral } from "./matrices/index.ts";

testFamily(spectral);
