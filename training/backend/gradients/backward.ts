import {
	add,
	complex,
	dispose,
	engine,
	ones,
	real,
	Tensor,
	util,
	zeros,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import type { TapeNode } from "./tape.ts";

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
	/** Counts up: tensors made from now on have a larger id. */
	nextTensorId(): number;
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
		const inputs = Object.keys(node.inputs).filter((name) => {
			// An option that was not given is no tensor.
			const input = node.inputs[name];
			return input && moving.has(input.id);
		});
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
	engine: Differentiating,
): void {
	for (const [node, inputs] of paths.toReversed()) {
		// Nothing of what follows had a gradient.
		if (!node.outputs.some(({ id }) => gradients.has(id))) continue;
		const dys = node.outputs.map(
			({ id, dtype, shape }) =>
				gradients.get(id) ??
				// tfjs fills real ones.
				(dtype === "complex64" ? complex(zeros(shape), zeros(shape)) : null),
		);
		if (!node.gradient)
			throw new Error(
				`Cannot compute gradient: gradient function not found for ${node.kernelName}.`,
			);
		const first = engine.nextTensorId();
		const ofInputs = node.gradient(dys);
		const given: Tensor[] = [];
		for (const name of inputs) {
			const { id } = node.inputs[name] as Tensor;
			const gradient = engine.tidy("gradient", () => {
				const found = gradientOf(node, name, ofInputs);
				// A sum releases its addends. So each is a tensor of its own: not the one that
				// was handed in, nor one for two inputs, as a gradient of the user's may give.
				return found.id < first || given.includes(found)
					? found.clone()
					: found;
			});
			given.push(gradient);
			const before = gradients.get(id);
			gradients.set(id, before ? add(before, gradient) : gradient);
			before?.dispose();
		}
	}
}

/** What was saved for gradients, once they are computed, or cannot be. */
function release(engine: Differentiating): void {
	for (const { saved } of engine.state.activeTape ?? []) dispose([...saved]);
	engine.state.activeTape = null;
}

/**
 * Replaces the engine's way back through an operation's tape. That of tfjs looks for
 * the gradient of comparisons and whole numbers, where there is none to be found, in
 * gradients of gradients; takes a cast to whole numbers for the identity; refuses
 * complex tensors, and what is handed in itself; releases a gradient that is another
 * tensor's too; and keeps what it saved when a step fails on its way.
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
		const isOutermost = this.state.gradientDepth === 0;
		try {
			const y = this.scopedRun(
				() => this.startTape(),
				() => this.endTape(),
				() => this.tidy("forward", f),
			);
			checkResult(y);
			const paths = pathsBetween(this.state.activeTape ?? [], xs, y);
			if (!allowNoGradients && paths.length === 0 && !xs.includes(y))
				throw new Error(
					"Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations that lead from x to y.",
				);
			return this.tidy("backward", () => {
				const gradients = new Map([[y.id, dy?.clone() ?? ones(y.shape)]]);
				backpropagate(paths, gradients, this);
				return { value: y, grads: xs.map(({ id }) => gradients.get(id)) };
			});
		} finally {
			if (isOutermost) release(this);
		}
	};
}

function checkResult(y: Tensor): void {
	util.assert(
		y instanceof Tensor,
		() => "The result y returned by f() must be a tensor.",
	);
	if (y.dtype === "complex64")
		throw new UsageError(
			"what is differentiated is complex, and has no gradient: take a real number of it, by tf.real, tf.imag or tf.abs",
		);
}
