import assert from "node:assert/strict";
import { after, test } from "node:test";
import { recordedZone, startZone, zoneAtStart } from "./time-zone.ts";

const original = process.env.TZ;
after(() => {
	if (original === undefined) delete process.env.TZ;
	else process.env.TZ = original;
});

test("the time zone of a session is the one it began in, whatever its code sets", () => {
	process.env.TZ = "America/New_York";
	const start = startZone();
	process.env.TZ = "Asia/Tokyo";
	assert.equal(zoneAtStart(start), "America/New_York");
	assert.equal(process.env.TZ, "Asia/Tokyo");
	assert.equal(new Date(0).getHours(), 9);
	assert.equal(zoneAtStart({ variable: "Asia/Tokyo" }), "Asia/Tokyo");
});

test("a replay sets TZ as it was, and where there was none, to the system's zone by its name", () => {
	assert.equal(
		recordedZone({ variables: { TZ: ":Asia/Tokyo" }, timeZone: "Asia/Tokyo" }),
		":Asia/Tokyo",
	);
	assert.equal(recordedZone({ variables: {}, timeZone: "UTC" }), "UTC");
	assert.equal(recordedZone({}), undefined);
});
