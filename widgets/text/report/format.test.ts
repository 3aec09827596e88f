import assert from "node:assert/strict";
import { test } from "node:test";
import { reportOf } from "../../../experiment/sweep/statistics/report/report.ts";
import { formatReport, type ReportFormat } from "./format.ts";

const members = (name: string, values: readonly number[]) =>
	values.map((loss, repeat) => ({
		params: { name },
		repeat,
		seed: repeat,
		status: "finished",
		metrics: { val_loss: loss },
	}));

const report = reportOf([
	...members("a_1 & 50 %", [0.41, 0.43, 0.4, 0.44, 0.42, 0.47]),
	...members('"b", c', [0.31, 0.32, 0.36, 0.31, 0.3, 0.34]),
]);

test("a report is a text of tables", () => {
	const lines = formatReport(report).split("\n");
	assert.equal(
		lines[0],
		"12 runs in 2 groups, sd: sample (n−1), interval: Student's t",
	);
	assert.match(lines[3] ?? "", /^a_1 & 50 % +val_loss +6 +0\.4283 +0\.02483 /);
	assert.ok(
		lines.some((line) =>
			/^name=a_1 & 50 % +6 +0\.1050 .* different$/.test(line),
		),
		lines.join("\n"),
	);
});

test("a p of drawn arrangements is shown with its error", () => {
	const wave = (shift: number) =>
		Array.from({ length: 30 }, (_, i) => Math.sin(i * (7.3 + shift)) + shift);
	const many = reportOf([...members("a", wave(0)), ...members("b", wave(0.4))]);
	assert.match(formatReport(many), / ≈ 0\.\d+ ± 0\.00\d+ /);
});

test("a report is CSV that others read, one line for each group", () => {
	const lines = formatReport(report, "csv").split("\r\n");
	const [head = "", first = "", second = "", end] = lines;
	assert.match(head, /^metric,param\.name,runs,n,not_finite,mean,sd,low,high,/);
	assert.match(first, /^val_loss,a_1 & 50 %,6,6,0,0\.428\d*,/);
	assert.match(first, /,different,$/);
	assert.match(second, /^val_loss,"""b"", c",6,6,0,0\.3233\d*,/);
	assert.deepEqual([lines.length, end], [4, ""]);
});

test("a report is a LaTeX table whose names print as they are", () => {
	const table = formatReport(report, "latex");
	assert.match(table, /\\begin\{tabular\}\{lrrrr\}\n\\toprule\n/);
	const rows = formatReport(report, "latex-rows").split("\n");
	assert.match(
		rows[0] ?? "",
		/^a\\_1 \\& 50 \\% & 6 & \$0\.428 \\pm 0\.025\$ & \$\[0\.402, 0\.454\]\$ & \$0\.000\d+\$ \\\\$/,
	);
	assert.equal(rows.length, 2);
	assert.ok(rows.every((row) => table.includes(row)));
});

test("a list that begins a row of LaTeX is no argument of the line break before it", () => {
	const lists = reportOf(
		[[32, 64], [16]].flatMap((layers) =>
			[1, 2, 3].map((loss, repeat) => ({
				...{ params: { layers }, repeat, seed: repeat, status: "finished" },
				metrics: { loss },
			})),
		),
	);
	assert.deepEqual(
		formatReport(lists, "latex-rows")
			.split("\n")
			.map((row) => row.split(" & ")[0]),
		["{[}32,64]", "{[}16]"],
	);
});

test("a report is JSON, and no other format", () => {
	assert.deepEqual(JSON.parse(formatReport(report, "json")), report);
	assert.throws(() => formatReport(report, "xlsx" as ReportFormat), {
		name: "UsageError",
		message: /^a report has no format "xlsx"; there is text, csv, json, latex/,
	});
});

test("a name with a line break breaks no line, and none of its signs is hidden", () => {
	const hostile = reportOf([
		...members("a\n0 refused\u001b[2K", [1, 2, Number.NaN]),
		...members("b", [3, 5, 4]),
		...members("c", [3, 4, 4]),
	]);
	for (const format of ["text", "latex"] as const) {
		const text = formatReport(hostile, format);
		assert.ok(!text.includes("\n0 refused") && !text.includes("\u001b"), text);
	}
	assert.match(formatReport(hostile), /val_loss of name=a.*NaN or infinite/);
});
