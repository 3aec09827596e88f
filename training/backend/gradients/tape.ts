import {
	dispose,
	engine,
	getGradient,
	type NamedTensorMap,
	type Tensor,
} from "@tensorflow/tfjs-core";

type Gradients = Record<string, () => Tensor>;

/** What the engine writes down of an operation that it computes gradients through. */
interface TapeNode {
	readonly inputs: NamedTensorMap;
	readonly outputs: readonly Tensor[];
	readonly saved?: readonly Tensor[];
	gradient?(dys: readonly (Tensor | null)[]): Gradients;
}

/** Parts of the engine that tfjs declares private. */
interface Recording {
	addTapeNode(
		kernelName: string,
		inputs: NamedTensorMap,
		outputs: readonly Tensor[],
		...rest: unknown[]
	): void;
	gradients(
		f: () => Tensor,
		xs: readonly Tensor[],
		...rest: unknown[]
	): { value: Tensor; grads: Tensor[] };
	readonly state: {
		activeTape: TapeNode[] | null;
		readonly gradientDepth: number;
		readonly nextTensorId: number;
	};
}

/** Puts right how tfjs records operations and adds up gradients, whatever the operations are. */
export function mendTape(): void {
	const recording = engine() as unknown as Recording;
	const { addTapeNode, gradients } = recording;
	recording.addTapeNode = function (kernelName, inputs, outputs, ...rest) {
		if (isConstant(kernelName, outputs)) return;
		addTapeNode.call(this, kernelName, inputs, outputs, ...rest);
		const tape = this.state.activeTape as TapeNode[];
		handOutOwnTensors(tape.at(-1) as TapeNode, this);
		putInOrder(tape);
	};
	recording.gradients = function (f, xs, ...rest) {
		const isOutermost = this.state.gradientDepth === 0;
		// Of what is handed in itself the gradient is that of its copy; tfjs looks for an operation.
		const copied = () => {
			const y = f();
			return xs.includes(y) ? y.clone() : y;
		};
		try {
			return gradients.call(this, copied, xs, ...rest);
		} catch (error) {
			if (isOutermost) release(this);
			throw error;
		}
	};
}

/**
 * Truth values have no slope: what is computed with them is constant in what they were
 * found from. tfjs would look for the gradient of the comparison, and throw.
 */
const isConstant = (kernelName: string, outputs: readonly Tensor[]): boolean =>
	outputs.every(({ dtype }) => dtype === "bool") &&
	getGradient(kernelName) === undefined;

/** What was saved for gradients that are not computed any more. tfjs keeps it for ever. */
function release({ state }: Recording): void {
	dispose((state.activeTape ?? []).flatMap(({ saved }) => [...(saved ?? [])]));
	state.activeTape = null;
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

/**
 * tfjs releases a gradient once another is added to it. So each must be a tensor of
 * its own: not the one that was handed in, nor one for two inputs, as a gradient of
 * the user's may give.
 */
function handOutOwnTensors(node: TapeNode, { state }: Recording): void {
	const { gradient } = node;
	if (!gradient) return;
	node.gradient = (dys) => {
		const first = state.nextTensorId;
		const given = new Set<Tensor>();
		const own = (dx: Tensor): Tensor => {
			const isOwn = dx.id >= first && !given.has(dx);
			given.add(dx);
			return isOwn ? dx : dx.clone();
		};
		return Object.fromEntries(
			Object.entries(gradient(dys)).map(([name, of]) => [
				name,
				() => own(of()),
			]),
		);
	};
}
