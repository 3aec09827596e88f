import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureFile } from "./picture-file.ts";

const drawing = {
	spec: {
		data: { values: [{ x: 1 }] },
		mark: { type: "point" },
		encoding: { x: { field: "x", type: "quantitative" } },
	},
	description: 'one & "two" <script>alert(1)</script>',
};

test("a picture's file is an SVG whose title says what it shows, in characters that are no markup", async () => {
	const svg = String(await pictureFile("a.SVG")(drawing));
	assert.match(
		svg,
		/^<svg [^>]*><title>one &amp; &quot;two&quot; &lt;script&gt;alert\(1\)&lt;\/script&gt;<\/title>/,
	);
	assert.ok(!svg.includes("<script") && svg.endsWith("</svg>"));
});

test("a file of another name is refused by those that there are", () => {
	for (const name of ["a", "a.pdf", "svg", ".png/a", "a.constructor"])
		assert.throws(() => pictureFile(name), {
			name: "UsageError",
			message: `a picture is written as .svg or .png, by the end of its name, not to "${name}"`,
		});
});
