import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConditions, parseInstant } from "./conditions.ts";

test("conditions are those that were given, and no others", () => {
	assert.deepEqual(checkConditions({}), {});
	const all = {
		onLeak: "error",
		freezeTime: "2026-01-01T00:00:00Z",
		strictMath: false,
		images: false,
	} as const;
	assert.deepEqual(checkConditions(all), all);
	for (const onLeak of ["ignore", "warn", "error"] as const)
		assert.deepEqual(checkConditions({ onLeak }), { onLeak });
});

test("conditions that do not exist are refused with what there is", () => {
	for (const [given, message] of [
		[{ onLeak: "wran" }, /^"wran" says not what to do.*"?warn"?/],
		[{ freezeTime: "noon" }, /^"noon" is not a time to freeze at/],
		[{ images: "no" as never }, /^images is true .* or false, not "no"$/],
	] as const)
		assert.throws(() => checkConditions(given), {
			name: "UsageError",
			message,
		});
});

test("an instant has a date, and with a time its zone", () => {
	for (const [text, milliseconds] of [
		["1970-01-02", 86_400_000],
		["1970-01-01T00:01Z", 60_000],
		["1970-01-01T00:00:01Z", 1000],
		["1970-01-01T00:00:01.5Z", 1500],
		["1970-01-01T01:00:00+01:00", 0],
		["1969-12-31T23:00:00-01:00", 0],
		["2024-02-29", 1_709_164_800_000],
	] as const)
		assert.equal(parseInstant(text), milliseconds, text);
	for (const text of [
		"",
		"1970",
		"1970-01-01T00:00:00",
		"1970-13-01",
		"2026-02-31",
		"2026-02-29",
		"1970-01-01T25:00:00Z",
		"at 1970-01-01",
		"1970-01-01 or so",
	])
		assert.throws(() => parseInstant(text), { name: "UsageError" }, text);
});
