import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { isPathText } from "../../experiment/parameters/field.ts";
import { autoencoder } from "./autoencoder.ts";
import type { ModelName } from "./catalogue.ts";
import { cnnBasic } from "./cnn-basic.ts";
import { definedModel, modelNames } from "./define.ts";
import { densenet } from "./densenet.ts";
import { fcMedium } from "./fc-medium.ts";
import { fcSimple } from "./fc-simple.ts";
import { mlp } from "./mlp.ts";
import type { Architecture } from "./model.ts";
import { phocnet } from "./phocnet.ts";
import { resnet20 } from "./resnet20.ts";
import { textCnn } from "./text-cnn.ts";
import { textLstm } from "./text-lstm.ts";
import { unet } from "./unet.ts";
import { vgg11 } from "./vgg11.ts";
import { voxnet } from "./voxnet.ts";

export type { Architecture } from "./model.ts";
export { cnnBasic, fcMedium, fcSimple, mlp };

/** Every architecture by name. */
export const architectures: ReadonlyMap<string, Architecture> = new Map(
	[
		...[fcSimple, fcMedium, mlp],
		...[cnnBasic, resnet20, vgg11, densenet],
		...[unet, autoencoder, phocnet],
		...[textCnn, textLstm, voxnet],
	].map((architecture) => [architecture.name, architecture]),
);

/**
 * An architecture by its name, built in (`dd.models` lists them) or defined by
 * `dd.defineModel`: its `create(classes, options)` makes a fresh model
 * `[batch, …inputShape]` → `[batch, classes]` whose initial weights are drawn
 * from `Math.random`.
 * @example
 * const { create, inputShape } = dd.architecture("MLP"); // inputShape: [2]
 * create(3).summary();
 * dd.architecture("VGG11").create(10, { width: 0.125 }).dispose();
 * @throws UsageError with the nearest name where there is none of this name
 */
export function architecture(
	name: ModelName | (string & Record<never, never>),
): Architecture {
	const found = architectures.get(name) ?? definedModel(name);
	if (!found)
		throw new UsageError(
			isPathText(String(name))
				? `dd.architecture takes the name of an architecture, and ${name} is a path: load a saved model with await tf.loadLayersModel(${JSON.stringify(name)})`
				: `there is no model "${name}"${suggestion(String(name), modelNames())}`,
		);
	return found;
}
