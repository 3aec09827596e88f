import {
	engine,
	type NamedTensorMap,
	type Tensor,
} from "@tensorflow/tfjs-core";

/** What the engine writes down of an operation that it computes gradients through. */
interface TapeNode {
	readonly inputs: NamedTensorMap;
	readonly outputs: readonly Tensor[];
}

interface Recording {
	addTapeNode(
		kernelName: string,
		inputs: NamedTensorMap,
		outputs: readonly Tensor[],
		...rest: unknown[]
	): void;
	readonly state: { readonly activeTape: TapeNode[] };
}

/**
 * Keeps the tape in the order in which tensors follow from one another.
 *
 * Where a gradient is computed from what an operation gave (exp, tanh, softmax, …),
 * tfjs notes the copy that it saves before the operation itself. A gradient of that
 * gradient then takes the copy for a constant: terms are lost without a word. The
 * node of the operation belongs in front of the nodes of those copies.
 */
export function keepTapeInOrder(): void {
	const recording = engine() as unknown as Recording;
	const { addTapeNode } = recording;
	recording.addTapeNode = function (kernelName, inputs, outputs, ...rest) {
		addTapeNode.call(this, kernelName, inputs, outputs, ...rest);
		const { activeTape } = this.state;
		const last = activeTape.length - 1;
		let first = last;
		// Copies are noted right before their operation.
		while (first > 0 && isOf(outputs, activeTape[first - 1] as TapeNode))
			first--;
		if (first < last) activeTape.splice(first, 0, activeTape.pop() as TapeNode);
	};
}

/** Does the node copy one of these tensors? */
const isOf = (outputs: readonly Tensor[], { inputs }: TapeNode): boolean =>
	outputs.some((output) => output.id === inputs.x?.id);
