%dd run old lr=0.1
import * as tf from "@tensorflow/tfjs";
const layer = tf.layers.dropout({ rate: 0.5, seed: 7 });
const dense = tf.layers.dense({ units: 3, inputShape: [4] });
for (let step = 1; step <= 3; step++) {
  const masked = layer.apply(tf.ones([1, 8]), { training: true });
  dd.log({ kept: masked.sum().dataSync()[0], drawn: noise * lr + Math.random() });
}
dense.apply(tf.ones([1, 4]));
await dd.artifact("kernel", dense.getWeights()[0]);
dd.confusion([0, 1, 1], [0, 1, 0]);