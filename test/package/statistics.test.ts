import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import * as distributions from "../../experiment/sweep/statistics/distributions.ts";

test("the built distributions need no other package, and give what those of the sources give", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
	const alone = join(folder, "distributions.js");
	copyFileSync(
		join(packageRoot, "dist/experiment/sweep/statistics/distributions.js"),
		alone,
	);
	const built = (await import(
		pathToFileURL(alone).href
	)) as typeof distributions;
	assert.deepEqual(Object.keys(built), Object.keys(distributions));
	for (const [x, df] of [
		[0.3, 4],
		[-2.7, 11.5],
	] as const) {
		assert.equal(built.studentCdf(x, df), distributions.studentCdf(x, df));
		assert.equal(
			built.studentTwoSided(x, df),
			distributions.studentTwoSided(x, df),
		);
		assert.equal(built.normalCdf(x), distributions.normalCdf(x));
		assert.equal(built.logGamma(df), distributions.logGamma(df));
	}
	for (const p of [0.025, 0.6, 0.9995]) {
		assert.equal(
			built.studentQuantile(p, 7),
			distributions.studentQuantile(p, 7),
		);
		assert.equal(built.normalQuantile(p), distributions.normalQuantile(p));
	}
});
