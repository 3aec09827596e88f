import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "fast-png";
import { protocolOf, readReport } from "../capability.ts";
import { blockRows } from "./blocks.ts";
import { drawPicture } from "./picture.ts";
import { decodePixels, type Pixels, scalePixels } from "./pixels.ts";
import { sixel } from "./sixel.ts";

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

function checker(width: number, height: number): Pixels {
	const rgb = Uint8Array.from(
		Array.from({ length: width * height }, (_, at) =>
			((at % width) + Math.floor(at / width)) % 2 === 0 ? RED : BLUE,
		).flat(),
	);
	return { width, height, rgb };
}

const formats: [string, Parameters<typeof encode>[0], number[]][] = [
	[
		"RGB",
		{ width: 2, height: 1, channels: 3, data: Uint8Array.of(...RED, ...BLUE) },
		[...RED, ...BLUE],
	],
	[
		"RGBA, on white",
		{
			width: 2,
			height: 1,
			channels: 4,
			data: Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0),
		},
		[...RED, 255, 255, 255],
	],
	[
		"grey",
		{ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 100) },
		[0, 0, 0, 100, 100, 100],
	],
	[
		"grey with alpha",
		{ width: 1, height: 1, channels: 2, data: Uint8Array.of(0, 51) },
		[204, 204, 204],
	],
	[
		"16 bits",
		{
			width: 1,
			height: 1,
			channels: 3,
			depth: 16,
			data: Uint16Array.of(65_535, 32_768, 0),
		},
		[255, 128, 0],
	],
	[
		"1 bit, three pixels to a row",
		{
			width: 3,
			height: 2,
			channels: 1,
			depth: 1,
			data: Uint8Array.of(0b01000000, 0b10100000),
		},
		[0, 255, 0, 255, 0, 255].flatMap((grey) => [grey, grey, grey]),
	],
	[
		"a palette",
		{
			width: 2,
			height: 1,
			channels: 1,
			palette: [
				[0, 0, 255],
				[255, 0, 0],
			],
			data: Uint8Array.of(1, 0),
		},
		[...RED, ...BLUE],
	],
];
for (const [what, png, rgb] of formats)
	test(`a PNG of ${what} is read`, () =>
		assert.deepEqual([...decodePixels("image/png", encode(png)).rgb], rgb));

test("a smaller picture has the means of the pixels it covers", () => {
	assert.deepEqual(
		[...scalePixels(checker(4, 4), 2, 2).rgb].slice(0, 3),
		[128, 0, 128],
	);
	assert.deepEqual(scalePixels(checker(3, 2), 3, 2), checker(3, 2));
});

test("a half block shows two pixels; colours are named only where they change", () => {
	const rows = blockRows(
		{
			width: 2,
			height: 2,
			rgb: Uint8Array.of(...RED, ...RED, ...BLUE, ...BLUE),
		},
		24,
	);
	assert.deepEqual(rows, ["\u001b[38;2;255;0;0;48;2;0;0;255m▀▀\u001b[0m"]);
});

test("with 256 colours the nearest of them is taken, without colours a shade", () => {
	const pixels = {
		width: 2,
		height: 2,
		rgb: Uint8Array.of(...RED, 0, 0, 0, 128, 128, 128, 0, 0, 0),
	};
	assert.deepEqual(blockRows(pixels, 8), [
		"\u001b[38;5;196;48;5;244m▀\u001b[38;5;16;48;5;16m▀\u001b[0m",
	]);
	assert.deepEqual(blockRows(pixels, 1), ["▒█"]);
});

/** What a sixel string paints, from its own grammar: `[height, width]` colours as percentages. */
function paint(text: string): string[][] {
	const body = text.slice(text.indexOf("#"), -"\u001b\\".length);
	const registers = new Map<string, string>();
	const pixels: string[][] = [];
	let [x, top, color] = [0, 0, ""];
	for (const [, define, levels, select, count, letter, move] of body.matchAll(
		/#(\d+);2;([\d;]+)|#(\d+)|(?:!(\d+))?([?-~])|([$-])/g,
	)) {
		if (define !== undefined) registers.set(define, levels as string);
		else if (select !== undefined) color = registers.get(select) as string;
		else if (move !== undefined) {
			x = 0;
			if (move === "-") top += 6;
		} else
			for (let left = Number(count ?? 1); left > 0; left--, x++)
				for (let bit = 0; bit < 6; bit++)
					if (((letter as string).charCodeAt(0) - 63) & (1 << bit)) {
						pixels[top + bit] ??= [];
						(pixels[top + bit] as string[])[x] = color;
					}
	}
	return pixels;
}

test("a sixel string paints each pixel in its colour, once", () => {
	const painted = paint(sixel(checker(9, 8)));
	assert.equal(painted.length, 8);
	for (const [y, row] of painted.entries())
		assert.deepEqual(
			row,
			Array.from({ length: 9 }, (_, x) =>
				(x + y) % 2 === 0 ? "100;0;0" : "0;0;100",
			),
		);
});

test("a sixel string has 256 colours at most, each near to the pixel's own", () => {
	const side = 40;
	const rgb = Uint8Array.from(
		{ length: side * side * 3 },
		(_, at) => (at * 7919) % 256,
	);
	const text = sixel({ width: side, height: side, rgb });
	assert.ok(new Set(text.match(/#\d+;2/g)).size <= 256);
	for (const [y, row] of paint(text).entries())
		for (const [x, color] of row.entries())
			for (const [channel, percent] of color.split(";").entries()) {
				const own = rgb[(y * side + x) * 3 + channel] as number;
				assert.ok(Math.abs(own - (Number(percent) * 255) / 100) < 66);
			}
});

const png = Buffer.from(
	encode({ ...checker(200, 100), channels: 3, data: checker(200, 100).rgb }),
).toString("base64");
const window = { depth: 24, columns: 80, rows: 24 } as const;

const sizes: [string, Parameters<typeof drawPicture>[1], number][] = [
	["blocks: 60 columns at most", window, 15],
	["blocks: no wider than the window", { ...window, columns: 21 }, 5],
	["blocks: no higher than the window", { ...window, rows: 9 }, 6],
	["kitty: as large as it is", { ...window, protocol: "kitty" }, 5],
	[
		"kitty: by the size of its cells",
		{ ...window, protocol: "kitty", cell: { width: 5, height: 10 } },
		10,
	],
	["sixel: with a row for the cursor", { ...window, protocol: "sixel" }, 6],
];
for (const [what, options, rows] of sizes)
	test(`the size of a picture in ${what}`, () =>
		assert.equal(drawPicture({ "image/png": png }, options)?.rows, rows));

test("iTerm2 gets the file itself, and its size in cells", () => {
	const { text = "" } =
		drawPicture({ "image/png": png }, { ...window, protocol: "iterm" }) ?? {};
	assert.ok(
		text.includes(`;width=20;height=5;preserveAspectRatio=0:${png}\u0007`),
	);
});

test("kitty gets a large picture in pieces of 4096 letters", () => {
	const noise = Uint8Array.from(
		{ length: 100 * 100 * 3 },
		(_, at) => Math.imul(at, 2_654_435_761) >>> 24,
	);
	const large = Buffer.from(
		encode({ width: 100, height: 100, channels: 3, data: noise }),
	).toString("base64");
	const { text = "" } =
		drawPicture({ "image/png": large }, { ...window, protocol: "kitty" }) ?? {};
	const pieces = [...text.matchAll(/_G[^;]*m=([01]);([\w+/=]*)/g)];
	assert.ok(pieces.length > 1);
	assert.equal(pieces.map(([, , piece]) => piece).join(""), large);
	assert.deepEqual(
		pieces.map(([, more]) => more).join(""),
		`${"1".repeat(pieces.length - 1)}0`,
	);
});

test("what is no picture, or a broken one, is left to its text", () => {
	assert.equal(drawPicture({ "text/plain": "a" }, window), undefined);
	assert.equal(drawPicture({ "image/png": "AAAA" }, window), undefined);
});

const terminals: [string, NodeJS.ProcessEnv, string | undefined][] = [
	["kitty", { TERM: "xterm-kitty", KITTY_WINDOW_ID: "1" }, "kitty"],
	["Ghostty", { TERM: "xterm-ghostty", TERM_PROGRAM: "ghostty" }, "kitty"],
	["iTerm2", { TERM_PROGRAM: "iTerm.app" }, "iterm"],
	["WezTerm", { TERM_PROGRAM: "WezTerm" }, "iterm"],
	["xterm", { TERM: "xterm-256color" }, undefined],
	[
		"tmux inside of kitty",
		{ TERM: "tmux-256color", KITTY_WINDOW_ID: "1" },
		undefined,
	],
];
for (const [name, env, protocol] of terminals)
	test(`${name} is known by its variables`, () =>
		assert.equal(protocolOf(env), protocol));

test("the terminal's own answers tell of sixels and of the size of its cells", () => {
	assert.deepEqual(readReport("?62;4;22c"), { sixel: true });
	assert.deepEqual(readReport("?4;6c"), {});
	assert.deepEqual(readReport("6;20;10t"), { cell: { width: 10, height: 20 } });
	assert.deepEqual(readReport("6;0;0t"), {});
});
