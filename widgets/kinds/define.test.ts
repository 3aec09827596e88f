import assert from "node:assert/strict";
import { test } from "node:test";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { definePicture } from "./define.ts";
import { drawPicture, pictureText } from "./index.ts";
import { show } from "./show.ts";

openTestSession();

const bars = {
	name: "bars",
	summary: "Bars.",
	encode(given: Record<string, number>) {
		if (typeof given !== "object") throw new TypeError("bars take numbers");
		return given;
	},
	draw: ({ data }: { data: Record<string, number> }) => ({
		description: "Bars.",
		spec: {
			data: { values: Object.entries(data).map(([x, y]) => ({ x, y })) },
			mark: "bar",
			encoding: {
				x: { field: "x", type: "nominal" },
				y: { field: "y", type: "quantitative" },
			},
		},
	}),
};

test("a defined picture is recorded by what it shows, and drawn from the record", async () => {
	definePicture(bars);
	const { record } = await recordRun(() => {
		show("bars", "letters", { a: 1, b: 2 }, { step: 3 });
		assert.throws(() => show("bars", "letters", 3), {
			message: "bars take numbers",
		});
	});
	assert.ok(
		Object.keys(record.outputs).some((name) => name.includes("bars")),
		Object.keys(record.outputs).join(),
	);
	const event = {
		type: "picture",
		kind: "bars",
		name: "letters",
		step: 3,
		data: { a: 1, b: 2 },
	} as const;
	assert.equal(pictureText(event), 'bars, letters, step 3\n{"a":1,"b":2}');
	const { data } = await drawPicture(event);
	assert.ok(Buffer.from(data["image/png"], "base64").length > 500);
	definePicture({ ...bars, text: ({ data: { a } }) => `a is ${a}` });
	assert.equal(pictureText(event), "a is 1");
});

test("a picture without a text of its own is told by its data, also what JSON cannot hold", async () => {
	definePicture({ name: "plain", summary: "s", draw: bars.draw });
	const data = {
		floats: new Float32Array([1, 0.5]),
		big: 10n,
		none: Number.NaN,
	};
	assert.equal(
		pictureText({ type: "picture", kind: "plain", name: "n", data }),
		'plain, n\n{"floats":[1,0.5],"big":"10n","none":"NaN"}',
	);
});

const refused: readonly [string, unknown, string][] = [
	[
		"has a built-in name",
		{ ...bars, name: "confusion" },
		'dd.definePicture("confusion"): there is a built-in picture of this name; choose another one',
	],
	[
		"is named as a field of its file",
		{ ...bars, name: "step" },
		'dd.definePicture("step"): "step" cannot name a kind of picture: every picture\'s file has a field of this name; choose another',
	],
	[
		"draws nothing",
		{ name: "a", summary: "s" },
		'dd.definePicture("a"): draw is missing: the function that draws what is on record',
	],
	[
		"has a text that is no function",
		{ ...bars, text: "t" },
		'dd.definePicture("bars"): text must be a function, not "t"',
	],
];

for (const [what, definition, message] of refused)
	test(`a picture that ${what} is refused`, () => {
		assert.throws(() => Reflect.apply(definePicture, undefined, [definition]), {
			name: "UsageError",
			message,
		});
	});

test("what a definition draws and is no picture is told", async () => {
	const drawn: readonly [unknown, RegExp][] = [
		[undefined, /its spec is undefined, no Vega-Lite spec/],
		[{ spec: {} }, /its description is missing/],
	];
	for (const [value, message] of drawn) {
		Reflect.apply(definePicture, undefined, [{ ...bars, draw: () => value }]);
		await assert.rejects(
			drawPicture({ type: "picture", kind: "bars", name: "n", data: 1 }),
			{ name: "UsageError", message },
		);
	}
});
