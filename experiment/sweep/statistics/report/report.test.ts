import assert from "node:assert/strict";
import { test } from "node:test";
import { bestGroup } from "./best.ts";
import { reportMultirun } from "./members.ts";
import { reportOf } from "./report.ts";
import type { ReportMember } from "./types.ts";

/** Six runs of a group, their seeds counted from `firstSeed`. */
const group = (
	lr: number,
	values: readonly (number | string)[],
	{ metric = "accuracy", firstSeed = 0 } = {},
): ReportMember[] =>
	values.map((value, repeat) => ({
		params: { lr, units: 16 },
		repeat,
		seed: firstSeed + repeat,
		status: typeof value === "string" ? value : "finished",
		metrics: typeof value === "string" ? {} : { [metric]: value },
	}));

const low = [0.61, 0.643, 0.6, 0.662, 0.621, 0.634];
const high = [0.7, 0.712, 0.703, 0.734, 0.721, 0.705];
const higher = [0.711, 0.704, 0.72, 0.719, 0.737, 0.708];

test("members are grouped by the parameters that vary, and each is compared with the best mean", () => {
	const report = reportOf([
		...group(0.1, low),
		...group(0.2, high),
		...group(0.3, higher),
	]);
	assert.deepEqual(report.varied, ["lr"]);
	const [accuracy] = report.metrics;
	assert.equal(accuracy?.goal, "maximize");
	assert.equal(accuracy?.baseline, "lr=0.3");
	assert.deepEqual(
		accuracy?.groups.map(({ group, summary }) => [group, summary?.n]),
		[
			["lr=0.1", 6],
			["lr=0.2", 6],
			["lr=0.3", 6],
		],
	);
	assert.deepEqual(
		accuracy?.comparisons.map(({ a, paired, verdict }) => [a, paired, verdict]),
		[
			["lr=0.1", true, "different"],
			["lr=0.2", true, "not shown"],
		],
	);
	// The best was chosen by these values: p holds for all three pairs.
	assert.equal(accuracy?.family, 3);
	const [first] = accuracy?.comparisons ?? [];
	assert.ok((first?.adjustedP ?? 0) > (first?.tTest?.p ?? 1));
});

test("the baseline is the first group, one by name, or none for all pairs", () => {
	const members = [...group(0.1, low), ...group(0.2, high), ...group(0.3, low)];
	const compared = (baseline: string) => {
		const [metric] = reportOf(members, { baseline }).metrics;
		return [
			metric?.family,
			...(metric?.comparisons ?? []).map(({ a, b }) => `${a} ${b}`),
		];
	};
	assert.deepEqual(compared("first"), [2, "lr=0.2 lr=0.1", "lr=0.3 lr=0.1"]);
	assert.deepEqual(compared("lr=0.2"), [2, "lr=0.1 lr=0.2", "lr=0.3 lr=0.2"]);
	assert.equal(compared("pairs").length, 4);
	assert.throws(() => compared("lr=0.4"), {
		name: "UsageError",
		message:
			/^there is no group "lr=0\.4" to compare with; baseline is best, first, pairs, or a group/,
	});
});

test("a baseline without a value of a metric is told, and others are compared with it", () => {
	const { metrics } = reportOf(
		[
			...group(0.1, low).map((member) => ({
				...member,
				metrics: { ...member.metrics, loss: Number.NaN },
			})),
			...group(0.2, high).map((member) => ({
				...member,
				metrics: { ...member.metrics, loss: member.repeat },
			})),
			...group(0.3, higher).map((member) => ({
				...member,
				metrics: { ...member.metrics, loss: 2 * member.repeat },
			})),
		],
		{ baseline: "lr=0.1" },
	);
	assert.deepEqual(
		metrics.map(({ comparisons }) => comparisons.length),
		[2, 0],
	);
	assert.equal(
		metrics[1]?.notes.at(-1),
		"no run of lr=0.1 has a value of loss, so no group is compared with it",
	);
});

test("lists of parameters are compared by what is in them, and shown as they are typed", () => {
	const members = [[32, 64], [16]].flatMap((layers, at) =>
		(at === 0 ? low : high).map((accuracy, repeat) => ({
			// As of records: each run has lists of its own.
			params: { layers: [...layers], sizes: [1, 2] },
			repeat,
			seed: repeat,
			status: "finished",
			metrics: { accuracy },
		})),
	);
	const { varied, metrics } = reportOf(members, { baseline: "layers=[32,64]" });
	assert.deepEqual(varied, ["layers"]);
	assert.equal(metrics[0]?.comparisons[0]?.a, "layers=[16]");
});

test("comparisons that are left out count in the adjusted p of those that are shown", () => {
	const members = [
		...group(0.1, low),
		...group(0.2, high),
		...group(0.3, higher),
	];
	const [all] = reportOf(members).metrics;
	const [few] = reportOf(members, { mostComparisons: 1 }).metrics;
	assert.equal(all?.moreComparisons, undefined);
	assert.equal(few?.moreComparisons, 1);
	assert.deepEqual(few?.comparisons, all?.comparisons.slice(0, 1));
	assert.equal(few?.family, 3);
});

test("groups are in the order of the grid, whichever member was computed first", () => {
	const multirun = { total: 4, repeats: 2, varied: ["lr"] };
	const members = [3, 0, 2, 1].map((index) => ({
		run: {
			...{ id: String(index), experiment: "m", repeat: index % 2 },
			seed: String(index % 2),
			params: { lr: index < 2 ? 0.1 : 0.2 },
			multirun: { ...multirun, id: "a", experiment: "m", index },
		},
		outcome: { status: "finished" as const, metrics: { speed: index } },
	}));
	const [speed] = reportMultirun(members).metrics;
	assert.equal(speed?.baseline, "lr=0.1");
	assert.deepEqual(
		speed?.groups.map(({ group }) => group),
		["lr=0.1", "lr=0.2"],
	);
});

test("runs of several experiments are told apart by their names, also with equal parameters", () => {
	const runsOf = (experiment: string, values: readonly number[]) =>
		values.map((accuracy, repeat) => ({
			run: {
				id: `${experiment}${repeat}`,
				experiment,
				params: { lr: 0.1 },
				repeat,
				seed: `${experiment}${repeat}`,
			},
			outcome: { status: "finished" as const, metrics: { accuracy } },
		}));
	const { varied, metrics } = reportMultirun([
		...runsOf("a", low),
		...runsOf("b", high),
	]);
	assert.deepEqual(varied, ["experiment"]);
	assert.equal(metrics[0]?.comparisons[0]?.a, "experiment=a");
});

test("of a metric whose name does not say which end is better, the first group is the baseline", () => {
	const named = (options = {}) =>
		reportOf(
			[
				...group(0.1, low, { metric: "speed" }),
				...group(0.2, high, { metric: "speed" }),
			],
			options,
		).metrics[0];
	assert.equal(named()?.baseline, "lr=0.1");
	assert.equal(named({ goals: { speed: "maximize" } })?.baseline, "lr=0.2");
	assert.throws(() => named({ baseline: "best" }), /which end of speed/);
	assert.throws(() => named({ metrics: ["sped"] }), /did you mean "speed"/);
});

test("runs that failed or diverged are in no mean, and are told of", () => {
	const report = reportOf([
		...group(0.1, [...low, "failed"]),
		...group(0.2, [...high.slice(0, 5), Number.NaN, 0.7]),
	]);
	assert.deepEqual([report.runs, report.finished], [14, 13]);
	assert.deepEqual(report.failed, [
		{ group: "lr=0.1", repeat: 6, status: "failed" },
	]);
	assert.deepEqual(report.notes, [
		"1 of 14 runs came to no result (1 failed) and is in no mean: what is shown holds for runs that finish",
	]);
	const [accuracy] = report.metrics;
	assert.deepEqual(accuracy?.notes, [
		"accuracy of lr=0.2: 1 of 7 values is NaN or infinite and in no mean: these runs diverged",
	]);
	const [comparison] = accuracy?.comparisons ?? [];
	assert.deepEqual(comparison?.n, [5, 5]);
	assert.match(comparison?.notes[0] ?? "", /^2 runs left out of the pairs/);
});

test("a run that was executed again counts once", () => {
	const again = group(0.1, low.slice(0, 2)).map((member) => ({
		...member,
		metrics: { accuracy: 0.5 },
	}));
	const { runs, notes, metrics } = reportOf([...group(0.1, low), ...again]);
	assert.equal(runs, 6);
	assert.deepEqual(notes, [
		"2 runs left out: executed again later with the same parameters and seed, which is no further draw",
	]);
	const { n, min } = metrics[0]?.groups[0]?.summary ?? {};
	assert.deepEqual([n, min], [6, 0.5]);
});

test("groups under other seeds are not paired", () => {
	const paired = (firstSeed: number) =>
		reportOf([...group(0.1, low), ...group(0.2, high, { firstSeed })])
			.metrics[0]?.comparisons[0];
	assert.equal(paired(0)?.paired, true);
	assert.equal(paired(100)?.paired, false);
	assert.equal(paired(100)?.verdict, "different");
	assert.match(
		paired(3)?.notes[0] ?? "",
		/^the groups share 3 seeds and differ in others, so runs are not paired$/,
	);
});

test("shares and percentages are not compared", () => {
	const [accuracy] = reportOf([
		...group(0.1, low),
		...group(
			0.2,
			high.map((value) => 100 * value),
		),
	]).metrics;
	assert.deepEqual(accuracy?.comparisons, []);
	assert.deepEqual(accuracy?.notes, [
		"accuracy is at most 1 for lr=0.1 and up to 73.4 for lr=0.2: shares and percentages are not compared; log one unit",
	]);
});

test("near an accuracy of 1 the report says what its intervals hold; of one run that it has none", () => {
	const notes = (values: readonly number[]) =>
		reportOf(group(0.1, values)).metrics[0]?.notes[0] ?? "";
	assert.match(notes([0.99, 0.98, 0.999]), /^accuracy is near 1, where/);
	assert.equal(notes([0.5, 0.6, 0.7]), "");
	assert.match(notes([0.99]), /^n = 1: one run has no spread/);
	assert.throws(() => reportOf([]), /at least one run/);
});

test("a report has the finite values of finished runs, in their order", () => {
	const [metric] = reportOf([
		...group(0.1, [3, Number.NaN, 1]),
		...group(0.1, [9], { firstSeed: 7 }).map((member) => ({
			...member,
			status: "failed",
		})),
	]).metrics;
	assert.deepEqual(metric?.groups[0]?.values, [3, 1]);
});

test("a group may be called the best only if each other is shown to be different", () => {
	const best = (
		options: Parameters<typeof reportOf>[1],
		...values: number[][]
	) => {
		const members = values.flatMap((each, at) => group(at, each));
		const [metric] = reportOf(members, options).metrics;
		return metric && bestGroup(metric);
	};
	const far = low.map((value) => value - 0.3);
	assert.equal(best({}, far, low, high), "lr=2");
	assert.equal(best({ baseline: "pairs" }, far, low, high), "lr=2");
	// Against another baseline, nothing compares the best with the third.
	assert.equal(best({ baseline: "lr=0" }, far, low, high), undefined);
	assert.equal(best({ baseline: "lr=0" }, far, high), "lr=1");
	assert.equal(best({ mostComparisons: 1 }, far, low, high), undefined);
	assert.equal(best({}, high), undefined);
	assert.equal(best({}, low.slice(0, 3), high.slice(0, 3)), undefined);
});
