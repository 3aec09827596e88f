import { engine, type Tensor } from "@tensorflow/tfjs-core";

/** What the engine writes down of an operation that it computes gradients through. */
export interface TapeNode {
	readonly kernelName: string;
	readonly inputs: Readonly<Record<string, Tensor | undefined>>;
	readonly outputs: readonly Tensor[];
	readonly saved: readonly Tensor[];
	gradient?(
		dys: readonly (Tensor | null)[],
	): Readonly<Record<string, () => Tensor>>;
}

/** Parts of the engine that tfjs declares private. */
interface Recording {
	addTapeNode(...args: unknown[]): void;
	readonly state: { readonly activeTape: TapeNode[] };
}

/** Keeps the tape in the order in which tensors follow from one another. */
export function keepTapeInOrder(): void {
	const recording = engine() as unknown as Recording;
	const { addTapeNode } = recording;
	recording.addTapeNode = function (...args) {
		addTapeNode.apply(this, args);
		putInOrder(this.state.activeTape);
	};
}

/**
 * Where a gradient is computed from what an operation gave (exp, tanh, softmax, …),
 * tfjs notes the copy that it saves before the operation itself. A gradient of that
 * gradient then takes the copy for a constant: terms are lost without a word. The
 * node of the operation belongs in front of the nodes of those copies.
 */
function putInOrder(tape: TapeNode[]): void {
	const last = tape.length - 1;
	const { outputs } = tape[last] as TapeNode;
	let first = last;
	// Copies are noted right before their operation.
	while (first > 0 && isOf(outputs, tape[first - 1] as TapeNode)) first--;
	if (first < last) tape.splice(first, 0, tape.pop() as TapeNode);
}

/** Does the node copy one of these tensors? */
const isOf = (outputs: readonly Tensor[], { inputs }: TapeNode): boolean =>
	outputs.some((output) => output.id === inputs.x?.id);
