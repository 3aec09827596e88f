import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "fast-png";
import { encodePng } from "./png.ts";

test("a picture of up to 256 colours is kept exactly", () => {
	const rgba = new Uint8Array(16 * 16 * 4);
	for (let pixel = 0; pixel < 256; pixel++)
		rgba.set([pixel, 255 - pixel, (pixel * 7) % 256, 255], pixel * 4);
	assert.deepEqual(colours(encodePng(rgba, 16, 16)), opaque(rgba));
});

test("a gradient of more colours differs by less than the eye sees, and white stays white", () => {
	const size = 128;
	const rgba = new Uint8Array(size * size * 4).fill(255);
	for (let pixel = 0; pixel < (size * size) / 2; pixel++)
		rgba.set([pixel % size, 100 + (pixel % size), pixel >> 7, 255], pixel * 4);
	const shown = colours(encodePng(rgba, size, size));
	const wanted = opaque(rgba);
	const worst = shown.reduce(
		(most, value, index) =>
			Math.max(most, Math.abs(value - (wanted[index] as number))),
		0,
	);
	assert.ok(worst <= 8, `a channel is off by ${worst}`);
	assert.deepEqual(shown.slice(-3), [255, 255, 255]);
});

function opaque(rgba: Uint8Array): number[] {
	return [...rgba].filter((_, index) => index % 4 !== 3);
}

function colours(png: Uint8Array): number[] {
	const { data, palette } = decode(png);
	return Array.from(
		data,
		(index) => palette?.[index]?.slice(0, 3) ?? [],
	).flat();
}
