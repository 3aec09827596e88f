// What a run of the tests shows: a line that says how far it is, what fails as
// it fails and once more at the end, what was not run and why, and the files
// that took longest.
import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = Number(process.env.DEEPDIVA_TEST_FILES);
const left = Number(process.env.DEEPDIVA_TEST_FILES_LEFT);
/** A file that imports others, so that they share a process → those. */
const together = new Map(JSON.parse(process.env.DEEPDIVA_TESTS_TOGETHER));
const shared = new Set([...together.values()].flat());
const slowest = Number(process.env.DEEPDIVA_SLOWEST);
/** Where slow files are written down, if they are. */
const slowFiles = process.env.DEEPDIVA_SLOW_FILES;
const SLOW_SECONDS = 2;
const inPlace = process.stdout.isTTY === true;
const began = Date.now();

const clock = (milliseconds) => {
	const seconds = Math.round(milliseconds / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

/** A file itself is a test of the runner, with its path as its name. */
const isFile = ({ name, file }) => resolve(name) === file;

/** As in the list of files: from the folder above this one, with slashes. */
const pathOf = (file) => relative(root, resolve(file)).replaceAll("\\", "/");

/** What Node wraps around an error, and its own frames, say nothing. */
function told(error) {
	const cause = error?.cause ?? error;
	return inspect(cause, { colors: inPlace })
		.split("\n")
		.filter((line) => !/^\s+at .*node:(internal|async_hooks)/.test(line))
		.join("\n");
}

/** Children of a suite come before it, and one that failed only by them is told by them. */
const failsByItself = ({ details }) =>
	details.error?.failureType !== "subtestsFailed";

export default async function* report(events) {
	const failures = [];
	const unrun = [];
	const durations = new Map();
	/** What the process of a file wrote beside its tests; shown where it fails. */
	const written = new Map();
	const wrote = ({ file }, text) =>
		written.set(pathOf(file), [...(written.get(pathOf(file)) ?? []), text]);
	/** The names of a test and the suites around it, by their depth. */
	const around = new Map();
	let passed = 0;
	let ended = 0;
	const progress = (file) =>
		`${clock(Date.now() - began)}  ${ended}/${files} files, ${passed} passed, ${failures.length} failed  ${file}`;
	/** Adds to the time of a file. */
	const took = (path, milliseconds) =>
		durations.set(path, (durations.get(path) ?? 0) + milliseconds);

	function failed(data) {
		const { nesting, file, line, details } = data;
		const path = pathOf(file);
		const [title, place] = isFile(data)
			? [path, undefined]
			: [
					around
						.get(file)
						.slice(0, nesting + 1)
						.join(" "),
					`${path}:${line}`,
				];
		const { exitCode, signal } = details.error;
		const ending = signal ? `by ${signal}` : `with code ${exitCode}`;
		const error = isFile(data)
			? `its process ended ${ending}`
			: told(details.error);
		failures.push({ title, place, path, error });
		return `${failureText(failures.at(-1))}\n\n`;
	}

	function fileEnded({ file, details }) {
		const inside = together.get(resolve(file));
		ended += inside?.length ?? 1;
		if (inside === undefined) took(pathOf(file), details.duration_ms);
		const name = inside
			? `${inside[0]} and ${inside.length - 1} more`
			: pathOf(file);
		const line = progress(name);
		return inPlace
			? `${clear}${line.slice(0, (process.stdout.columns ?? 80) - 1)}`
			: `${line}\n`;
	}

	/** Of a file, as far as it is known yet, with what it wrote. */
	const failureText = ({ title, place, path, error }) =>
		[
			`✖ ${title}`,
			place === undefined
				? (written.get(path) ?? []).join("")
				: `  at ${place}`,
			error,
		].join("\n");

	const clear = inPlace ? "\r\x1b[K" : "";
	for await (const { type, data } of events)
		switch (type) {
			case "test:stdout":
			case "test:stderr":
				wrote(data, data.message);
				break;
			// An error that came when its test had ended fails the file, and is told here alone.
			case "test:diagnostic":
				if (data.file && /^(Warning|Error): /.test(data.message))
					wrote(data, `${data.message}\n`);
				break;
			case "test:dequeue":
				around.set(data.file, around.get(data.file) ?? []);
				around.get(data.file)[data.nesting] = data.name;
				break;
			// What is told when a test passes or fails waits for all files before its own.
			case "test:complete":
				if (data.details.passed !== true) {
					if (failsByItself(data)) yield clear + failed(data);
				} else if (data.skip !== undefined || data.todo !== undefined)
					unrun.push(`${data.name}: ${data.skip || data.todo || "no reason"}`);
				else if (data.details.type !== "suite" && !isFile(data)) passed++;
				if (!isFile(data)) {
					const path = pathOf(data.file);
					if (data.nesting === 0 && shared.has(path))
						took(path, data.details.duration_ms);
					break;
				}
				yield fileEnded(data);
		}

	yield clear;
	if (unrun.length > 0)
		yield `\nNot run:\n${unrun.map((text) => `  ${text}\n`).join("")}`;
	const rows = [...durations].sort(([, a], [, b]) => b - a);
	if (slowFiles) {
		const slow = rows
			.map(([file, time]) => [file, Math.round(time / 1000)])
			.filter(([, seconds]) => seconds >= SLOW_SECONDS)
			.sort(([a], [b]) => (a < b ? -1 : 1));
		const text = JSON.stringify(Object.fromEntries(slow), undefined, "\t");
		writeFileSync(slowFiles, `${text}\n`);
	}
	if (slowest > 0) {
		yield `\nSlowest files:\n`;
		for (const [file, time] of rows.slice(0, slowest))
			yield `${(time / 1000).toFixed(1).padStart(8)} s  ${file}\n`;
	}
	if (failures.length > 0)
		yield `\nFailed:\n\n${failures.map(failureText).join("\n\n")}\n`;
	yield `\n${passed} passed, ${failures.length} failed, ${unrun.length} not run, in ${clock(Date.now() - began)}${left > 0 ? `; ${left} ${left === 1 ? "file was" : "files were"} left to --all` : ""}\n`;
}
