import * as tf from "./training/backend/tf.ts";
// @ts-ignore
const { bench } = await import("/tmp/bench-core.mjs"); await bench(tf,"ours ");
