import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { cnnBasic } from "./cnn-basic.ts";
import { definedModel, modelNames } from "./define.ts";
import { fcMedium } from "./fc-medium.ts";
import { fcSimple } from "./fc-simple.ts";
import { mlp } from "./mlp.ts";
import type { Architecture } from "./model.ts";

export type { Architecture } from "./model.ts";
export { cnnBasic, fcMedium, fcSimple, mlp };

/** Every architecture by name. */
export const architectures: ReadonlyMap<string, Architecture> = new Map(
	[fcSimple, fcMedium, mlp, cnnBasic].map((architecture) => [
		architecture.name,
		architecture,
	]),
);

/**
 * An architecture by its name, built in or defined by `dd.defineModel`: its
 * `create(classes)` makes a fresh model `[batch, …inputShape]` → `[batch, classes]`
 * whose initial weights are drawn from `Math.random`.
 * @example
 * const { create, inputShape } = dd.architecture("MLP"); // inputShape: [2]
 * create(3).summary();
 * @throws UsageError with the nearest name where there is none of this name
 */
export function architecture(name: string): Architecture {
	const found = architectures.get(name) ?? definedModel(name);
	if (!found)
		throw new UsageError(
			`there is no model "${name}"${suggestion(String(name), modelNames())}`,
		);
	return found;
}
