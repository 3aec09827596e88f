import {
	add,
	complex,
	engine,
	ones,
	real,
	Tensor,
	util,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../experiment/errors.ts";

/** What the engine writes down of an operation that it computes gradients through. */
interface TapeNode {
	readonly kernelName: string;
	readonly inputs: Readonly<Record<string, Tensor>>;
	readonly outputs: readonly Tensor[];
	readonly saved: readonly Tensor[];
	gradient?(
		dys: readonly (Tensor | null)[],
	): Readonly<Record<string, () => Tensor>>;
}

interface Differentiating {
	gradients(
		f: () => Tensor,
		xs: readonly Tensor[],
		dy?: Tensor,
		allowNoGradients?: boolean,
	): { value: Tensor; grads: (Tensor | undefined)[] };
	scopedRun<T>(start: () => void, end: () => void, body: () => T): T;
	startTape(): void;
	endTape(): void;
	tidy<T>(name: string, body: () => T): T;
	readonly state: {
		activeTape: readonly TapeNode[] | null;
		readonly gradientDepth: number;
	};
}

/** Whole numbers, truth values and texts do not move with what they follow from. */
const isContinuous = ({ dtype }: Tensor): boolean =>
	dtype === "float32" || dtype === "complex64";

/** A node, and those of its inputs that follow from what is differentiated by. */
type Path = readonly [node: TapeNode, inputs: readonly string[]];

/** The operations on the way from `xs` to `y`, in their order. */
function pathsBetween(
	tape: readonly TapeNode[],
	xs: readonly Tensor[],
	y: Tensor,
): Path[] {
	const moving = new Set(xs.map(({ id }) => id));
	const from = tape.flatMap((node): Path[] => {
		const inputs = Object.keys(node.inputs).filter((name) =>
			moving.has((node.inputs[name] as Tensor).id),
		);
		if (inputs.length === 0) return [];
		for (const output of node.outputs)
			if (isContinuous(output)) moving.add(output.id);
		return [[node, inputs]];
	});
	const leading = new Set(moving.has(y.id) ? [y.id] : []);
	const paths: Path[] = [];
	for (const path of from.reverse()) {
		const [node, inputs] = path;
		if (!node.outputs.some(({ id }) => leading.has(id))) continue;
		for (const name of inputs) leading.add((node.inputs[name] as Tensor).id);
		paths.push(path);
	}
	return paths.reverse();
}

/** A gradient is complex where its tensor is: dL/d(real) + i · dL/d(imaginary), as in PyTorch. */
function ofType(gradient: Tensor, x: Tensor): Tensor {
	const isComplex = gradient.dtype === "complex64";
	if (x.dtype === "complex64")
		return isComplex ? gradient : complex(gradient, zerosLike(gradient));
	return isComplex ? real(gradient) : gradient;
}

/** The gradient of one input of a node. */
function gradientOf(
	{ kernelName, inputs }: TapeNode,
	name: string,
	gradients: Readonly<Record<string, () => Tensor>>,
): Tensor {
	const compute = gradients[name];
	if (!compute)
		throw new UsageError(
			`${kernelName} has no gradient with respect to ${name}; take that as a constant, or compute with other operations. It has gradients with respect to: ${Object.keys(gradients).join(", ")}`,
		);
	const x = inputs[name] as Tensor;
	const gradient = ofType(compute(), x);
	if (isContinuous(gradient) && util.arraysEqual(gradient.shape, x.shape))
		return gradient;
	throw new Error(
		`The gradient of ${kernelName} with respect to ${name} is ${gradient.dtype}[${gradient.shape}], and the tensor ${x.dtype}[${x.shape}].`,
	);
}

/** Goes back through the operations, and sums what each gives to its inputs. */
function backpropagate(
	paths: readonly Path[],
	gradients: Map<number, Tensor>,
	tidy: (body: () => Tensor) => Tensor,
): void {
	/** An addend that is no other tensor's gradient as well. */
	const release = (addend: Tensor): void => {
		for (const other of gradients.values()) if (other === addend) return;
		addend.dispose();
	};
	for (const [node, inputs] of [...paths].reverse()) {
		const dys = node.outputs.map(({ id }) => gradients.get(id) ?? null);
		// Nothing of what follows had a gradient.
		if (dys.every((dy) => dy === null)) continue;
		if (!node.gradient)
			throw new Error(
				`Cannot compute gradient: gradient function not found for ${node.kernelName}.`,
			);
		const ofInputs = node.gradient(dys);
		for (const name of inputs) {
			const { id } = node.inputs[name] as Tensor;
			const gradient = tidy(() => gradientOf(node, name, ofInputs));
			const before = gradients.get(id);
			gradients.set(id, before ? add(before, gradient) : gradient);
			if (before) release(before);
		}
	}
}

/**
 * Replaces the engine's way back through an operation's tape. That of tfjs looks for
 * the gradient of comparisons and whole numbers, where there is none to be found, in
 * gradients of gradients, takes a cast to whole numbers for the identity, and refuses
 * complex tensors.
 */
export function replaceBackpropagation(): void {
	const recording = engine() as unknown as Differentiating;
	recording.gradients = function (f, xs, dy, allowNoGradients = false) {
		util.assert(
			xs.length > 0,
			() => "gradients() received an empty list of xs.",
		);
		if (dy && dy.dtype !== "float32")
			throw new Error(`dy must have 'float32' dtype, but has '${dy.dtype}'`);
		const y = this.scopedRun(
			() => this.startTape(),
			() => this.endTape(),
			() => this.tidy("forward", f),
		);
		util.assert(
			y instanceof Tensor,
			() => "The result y returned by f() must be a tensor.",
		);
		if (y.dtype === "complex64")
			throw new UsageError(
				"what is differentiated is complex, and has no gradient: take a real number of it, by tf.real, tf.imag or tf.abs",
			);
		const tape = this.state.activeTape ?? [];
		const paths = pathsBetween(tape, xs, y);
		if (!allowNoGradients && paths.length === 0)
			throw new Error(
				"Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations that lead from x to y.",
			);
		return this.tidy("backward", () => {
			const gradients = new Map([[y.id, dy ?? ones(y.shape)]]);
			backpropagate(paths, gradients, (body) => this.tidy("gradient", body));
			const grads = xs.map(({ id }) => gradients.get(id));
			if (this.state.gradientDepth === 0) {
				for (const { saved } of tape)
					for (const tensor of saved) tensor.dispose();
				this.state.activeTape = null;
			}
			return { value: y, grads };
		});
	};
}
