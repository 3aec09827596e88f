/** Optimizers that tasks offer; `momentum` is SGD with 0.9. */
export const optimizerNames = ["adam", "sgd", "momentum"] as const;
export type OptimizerName = (typeof optimizerNames)[number];
