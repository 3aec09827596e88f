import assert from "node:assert/strict";
import { test } from "node:test";
import { compareGroups } from "./compare-groups.ts";

const a = [0.912, 0.915, 0.909, 0.921, 0.913];
const b = [0.905, 0.911, 0.902, 0.909, 0.907];

test("two groups of five are compared by Welch's test, all splits and Hedges' g", () => {
	const { tTest, permutation, effect, improvement, ...rest } = compareGroups(
		a,
		b,
	);
	assert.equal(tTest?.p.toFixed(10), "0.0232190582");
	// Six of 252 splits are as far apart; two of them only up to rounding.
	assert.equal(permutation?.p, 6 / 252);
	assert.equal(permutation?.smallest, 2 / 252);
	assert.equal(permutation?.exact, true);
	assert.equal(effect?.d.toFixed(10), "1.7944012306");
	assert.equal(effect?.g?.toFixed(10), "1.6198119728");
	assert.equal(improvement?.probability, 0.94);
	assert.deepEqual(rest.refusals, []);
});

test("pairs are compared by their differences; five of them carry no claim without assuming normal values", () => {
	const { tTest, permutation, refusals } = compareGroups(a, b, {
		paired: true,
	});
	assert.equal(tTest?.p.toFixed(10), "0.0054763591");
	assert.equal(permutation?.p, 0.0625);
	assert.deepEqual(refusals, [
		"n = 5 pairs: no p below 0.0625 is possible without assuming normal values; from 6 pairs on there is one below 0.05",
	]);
});

const refusalOf = (
	first: readonly number[],
	second: readonly number[],
	paired = false,
) => compareGroups(first, second, { paired }).refusals[0];

test("a claim that cannot be made is refused, with the reason", () => {
	assert.match(
		refusalOf([0.8, 0.9, 0.85], [0.1, 0.2, 0.3]) ?? "",
		/^n = 3 and 3: no p below 0\.1 is possible .* from 4 and 4 runs on/,
	);
	assert.match(refusalOf([1], [1, 2, 3]) ?? "", /one run has no spread/);
	assert.match(refusalOf([1], [2], true) ?? "", /one pair has no spread/);
	assert.equal(
		refusalOf([1, 1, 1, 1], [1, 1, 1, 1]),
		"all 8 values are 1: nothing to compare",
	);
	assert.match(
		refusalOf([1, 1, 1, 1], [2, 2, 2, 2]) ?? "",
		/first group are 1, all of the second 2: no spread, so no test; do these runs/,
	);
	assert.equal(
		refusalOf([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7], true),
		"all pairs differ by -1: no spread, so no test",
	);
	// One value that differs: of 70 splits only two kinds are different.
	assert.match(
		refusalOf([1, 1, 1, 1], [1, 1, 1, 2]) ?? "",
		/^n = 4 and 4 with equal values: no p below 1 is possible .* ties/,
	);
	assert.equal(refusalOf(a, b), undefined);
});

test("spread that is rounding alone, and squares beyond float64, carry no claim", () => {
	const first = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
	const shifted = first.map((value) => value + 0.1);
	assert.ok(
		new Set(first.map((value, i) => value - (shifted[i] ?? 0))).size > 1,
	);
	assert.match(
		refusalOf(first, shifted, true) ?? "",
		/^all pairs differ by -0\.1: no spread, so no test/,
	);
	for (const paired of [false, true])
		for (const size of [1e300, 1e-320]) {
			const huge = [1, -2, 3, 5, 7, 4].map((value) => value * size);
			const found = compareGroups(huge, [0, 1, 2, 3, 4, 6], { paired });
			const other = compareGroups(
				huge,
				huge.map((value, i) => (i % 2) * value),
				{ paired },
			);
			for (const { tTest, refusals } of [found, other])
				assert.ok(tTest || /beyond what float64 has/.test(refusals[0] ?? ""));
			assert.equal(other.tTest, undefined);
		}
});

test("ties and groups without spread are told of", () => {
	assert.deepEqual(compareGroups([1, 1, 1, 1], [0, 1, 2, 3]).notes, [
		"all 4 values of the first group are 1: do these runs depend on their seeds?",
		"4 of 16 pairs have equal values, which count half in the probability of improvement",
	]);
});

test("values that are not finite, and pairs without partners, are errors of use", () => {
	assert.throws(() => compareGroups([1, Number.NaN], b), /1 value of 2 is not/);
	assert.throws(() => compareGroups(a, []), /no values of the second group/);
	assert.throws(() => compareGroups(a, [1], { paired: true }), /5 and 1/);
});

test("many runs are compared by drawn arrangements, the same each time, with the error of p", () => {
	const wave = (n: number, shift: number) =>
		Array.from({ length: n }, (_, i) => Math.sin(i * 7.3) + shift);
	for (const paired of [false, true]) {
		const first = wave(30, 0.4).map((value, i) => value + (i % 3) / 2);
		const { permutation } = compareGroups(first, wave(30, 0), { paired });
		assert.equal(permutation?.exact, false);
		assert.equal(permutation?.arrangements, 100_000);
		assert.ok((permutation?.standardError ?? 1) < 0.0016);
		assert.deepEqual(
			compareGroups(first, wave(30, 0), { paired }).permutation,
			permutation,
		);
	}
});

test("ties leave few arrangements to many runs, too", () => {
	const ones = (n: number, count: number) =>
		Array.from({ length: n }, (_, i) => (i < count ? 1 : 0));
	// Of 24 values four are 1: all on one side have 2 · C(12, 4) of C(24, 4) splits.
	const apart = compareGroups(ones(12, 4), ones(12, 0));
	assert.equal(apart.permutation?.exact, false);
	assert.ok(
		Math.abs((apart.permutation?.smallest ?? 0) - 990 / 10_626) < 0.005,
	);
	assert.ok((apart.tTest?.p ?? 1) < 0.05);
	assert.match(apart.refusals.join(), /ties leave few different arrangements/);
	const paired = compareGroups(ones(20, 5), ones(20, 0), { paired: true });
	assert.equal(paired.permutation?.smallest, 1 / 16);
	assert.ok((paired.tTest?.p ?? 1) < 0.05);
	assert.match(paired.refusals.join(), /no p below 0\.0625 is possible/);
});

test("drawn arrangements take nothing from the numbers of a run", async () => {
	const { openTestSession, recordRun } = await import(
		"../../record/test-record.ts"
	);
	openTestSession();
	const values = Array.from({ length: 40 }, (_, i) => (i * 17) % 23);
	const { record } = await recordRun(() => {
		Math.random();
		compareGroups(
			values,
			values.map((value) => value + (value % 2)),
		);
	});
	assert.deepEqual(record.seed.streams, { main: 1 });
});
