import { engine, type Tensor } from "@tensorflow/tfjs-core";

/** Parts of the engine that tfjs declares private. */
interface Saving {
	clone(x: Tensor): Tensor;
	keep(x: Tensor): Tensor;
	saveTensorsForBackwardMode(
		tensors: readonly (Tensor | undefined)[],
	): (Tensor | undefined)[];
	runKernel(name: string, inputs: { x: Tensor }): Tensor;
	addTapeNode(
		name: string,
		inputs: { x: Tensor },
		outputs: Tensor[],
		gradient: (dy: Tensor) => { x: () => Tensor },
		saved: Tensor[],
		attrs: object,
	): void;
	readonly state: { readonly activeScope: { readonly name: string } };
}

/**
 * Mends how tensors are saved for gradients. tfjs takes what leads through a saved
 * copy for real numbers, and copies inputs that were not given, such as the scale
 * of a normalisation: it throws.
 */
export function mendSaving(): void {
	const saving = engine() as unknown as Saving;
	saving.clone = function (x) {
		const y = this.runKernel("Identity", { x });
		const gradient = (dy: Tensor) => ({ x: () => dy.clone() });
		const { name } = this.state.activeScope;
		this.addTapeNode(name, { x }, [y], gradient, [], {});
		return y;
	};
	saving.saveTensorsForBackwardMode = function (tensors) {
		return tensors.map((tensor) => tensor && this.keep(this.clone(tensor)));
	};
}
