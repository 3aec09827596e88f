/**
 * What tfjs-layers has wrong in single layers, mended in their classes. Each file says
 * what is wrong; the gradients of the operations they use are in ../gradients.
 */
import "../seeding.ts";
// First: other files call what these have mended.
import "./masks.ts";
import "./recurrent.ts";

import "./activations.ts";
import "./conv-lstm.ts";
import "./convolution.ts";
import "./embedding.ts";
import "./gru.ts";
import "./noise.ts";
import "./normalization.ts";
import "./preparation.ts";
import "./shapes.ts";
import "./trainable.ts";
// Last: it looks at what makes each layer.
import "./penalties.ts";

import { checkConfigurations } from "./configuration.ts";

checkConfigurations();
