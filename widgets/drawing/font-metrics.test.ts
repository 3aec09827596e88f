import assert from "node:assert/strict";
import { test } from "node:test";
import { readMeasure } from "./font-metrics.ts";
import { readFonts } from "./fonts.ts";

test("the shipped font is as wide as its tables say, bold a little wider", async () => {
	const fonts = await readFonts();
	const regular = readMeasure(fonts.regular);
	const bold = readMeasure(fonts.bold);
	// Arimo has Arial's widths: a digit takes 1139 of 2048 units.
	assert.equal(regular("0123456789"), (10 * 1139) / 2048);
	assert.ok(regular("iiii") < regular("mmmm") / 3);
	assert.ok(bold("accuracy") > regular("accuracy"));
	assert.equal(regular("猫"), regular("0"), "unknown letters count as a digit");
});
