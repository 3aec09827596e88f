import { after, test } from "node:test";
import { useBackend } from "../../backend/backend.ts";
import { curved } from "../curved.ts";
import { openDraw } from "../draw.ts";
import { testFamily } from "../family.ts";
import { checkMixed } from "../mixed.ts";
import {
	assertRefused,
	checkExample,
	checkOp,
	forwardOf,
} from "../op-check.ts";
import { some } from "./images.ts";
import { convolutions } from "./index.ts";

after(() => useBackend("wasm"));

testFamily(convolutions);

for (const op of convolutions.ops)
	test(`gradients of ${op.name} have gradients, with respect to each other's inputs too`, () => {
		checkOp(curved(op), 4);
		checkMixed(op, 4);
	});

const isMoreThanOne = (value: unknown) =>
	[value ?? 1].flat().some((size) => Number(size) > 1);

test("gradients of dilated convolutions are right on the backend in JavaScript, too", async () => {
	await useBackend("cpu");
	for (const op of convolutions.ops) {
		if (op.name === "dilation2d") continue;
		const one = curved(op);
		for (let k = 0; k < 6; k++) {
			const draw = openDraw(`${op.name} in JavaScript ${k}`);
			const example = one.draw(draw, "float32");
			const { dilations, strides, dataFormat } = example.attrs;
			const isByChannel = !/^(?:fused\.)?conv/.test(op.name);
			// Refused there.
			if (isByChannel && dataFormat === "NCHW") continue;
			if (isByChannel && isMoreThanOne(strides) && isMoreThanOne(dilations))
				continue;
			checkExample(one, example, draw, `${op.name}, on cpu, example ${k}`);
		}
	}
	await useBackend("wasm");
});

test("channels first by themselves are refused on the backend in JavaScript, which would take them for others", async () => {
	await useBackend("cpu");
	for (const op of convolutions.ops) {
		if (!/depthwiseConv2d$/.test(op.name)) continue;
		const inputs = { x: some([1, 2, 3, 3]), filter: some([2, 2, 2, 1]) };
		const attrs = { strides: 1, pad: "same", dataFormat: "NCHW" };
		assertRefused(
			() => forwardOf(op, { inputs, attrs }),
			/channels to the end/,
			op.name,
		);
	}
	await useBackend("wasm");
});
