import { cnnBasic } from "./cnn-basic.ts";
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

/** @throws if there is no architecture of that name */
export function architecture(name: string): Architecture {
	const found = architectures.get(name);
	if (!found)
		throw new Error(
			`There is no model "${name}". Choose one of: ${[...architectures.keys()].join(", ")}.`,
		);
	return found;
}
