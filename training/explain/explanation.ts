/**
 * What beginners most often do wrong with TensorFlow.js, and its messages do
 * not say. A sentence is put in front; what tfjs said stays below it.
 */
export interface Explanation {
	readonly said: RegExp;
	/** With the groups of the expression. */
	readonly sentence: (...groups: string[]) => string;
}

/** Also for layers of which tfjs says nothing. */
export const NO_ACTIVITY_REGULARIZER =
	"TensorFlow.js does not apply an activityRegularizer: regularize the weights with kernelRegularizer, or add to the loss by a function of your own";
