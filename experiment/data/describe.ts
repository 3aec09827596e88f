import { plural } from "../../base/plural.ts";
import { isolated, oneLine, shownJson } from "../../base/shown-text.ts";
import { type Changes, changeCount } from "./changes.ts";
import type { Verification } from "./verify.ts";

const LISTED = 20;

/** 12345 → "12,345"; not `toLocaleString`, whose result changes with ICU. */
function grouped(count: number): string {
	return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

const counted = (count: number, noun: string) =>
	plural(count, noun, grouped(count));

function size(bytes: number): string {
	if (bytes < 1000) return counted(bytes, "byte");
	const units = ["kB", "MB", "GB", "TB"];
	let value = bytes / 1000;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** A name that may hold anything, safe to print: in quotation marks where not all of it can be seen. */
const printable = (path: string): string =>
	oneLine(path) === path ? isolated(path) : shownJson(path);

/** `sha256:` and the first twelve digits. */
function shortRoot(root: string): string {
	return root.slice(0, "sha256:".length + 12);
}

/** "2 added, 1 removed"; "" when nothing changed. */
function summarizeChanges(changes: Changes): string {
	return (["added", "removed", "modified", "renamed"] as const)
		.filter((kind) => changes[kind].length > 0)
		.map((kind) => `${grouped(changes[kind].length)} ${kind}`)
		.join(", ");
}

/** One line per changed path, at most twenty, then how many more there are. */
export function listChanges(changes: Changes): string[] {
	const count = changeCount(changes);
	const lines: string[] = [];
	for (const kind of ["added", "removed", "modified"] as const)
		for (const path of changes[kind].slice(0, LISTED))
			lines.push(`  ${kind.padEnd(8)}  ${printable(path)}`);
	for (const { from, to } of changes.renamed.slice(0, LISTED))
		lines.push(`  renamed   ${printable(from)} → ${printable(to)}`);
	return count > LISTED
		? [...lines.slice(0, LISTED), `  … ${grouped(count - LISTED)} more`]
		: lines;
}

function verdict(result: Verification): string {
	if (result.accepted !== undefined)
		return `accepted as a new version (${summarizeChanges(result.changes)}): ${oneLine(result.accepted)}`;
	if (result.status === "created")
		return `no manifest yet, so what is there now is trusted and was written to ${printable(result.manifest)}`;
	if (result.status === "changed")
		return `CHANGED (${summarizeChanges(result.changes)})`;
	return "unchanged";
}

function percent(probability: number): string {
	const value = probability * 100;
	return `${value > 99.9 && value < 100 ? ">99.9" : Number(value.toFixed(1))} %`;
}

/**
 * The outcome in one line for the reader: verdict, files, bytes, root, how it
 * was checked and how long that took. A changed folder's changes follow, one per line.
 */
export function describeVerification(result: Verification): string {
	const facts = [
		`${printable(result.directory)}: ${verdict(result)}`,
		counted(result.files, "file"),
		size(result.bytes),
		`root ${shortRoot(result.root)}`,
		result.mode === "init"
			? `${result.seconds.toFixed(2)} s`
			: `${result.mode} check in ${result.seconds.toFixed(2)} s`,
	];
	const lines = [facts.join(" · ")];
	if (result.sample)
		lines.push(
			`  sample of ${counted(result.sample.files, "file")} (seed ${result.sample.seed}); chance to notice altered bytes whose stat was forged: ${result.sample.detection
				.map(
					({ changed, probability }) =>
						`${percent(probability)} for ${counted(changed, "file")}`,
				)
				.join(", ")}`,
		);
	if (result.status === "changed") lines.push(...listChanges(result.changes));
	return lines.join("\n");
}
