import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import type { Command } from "../../cli/command.ts";
import { checklistCommand } from "../../cli/commands/checklist.ts";
import { replayCommand } from "../../cli/commands/replay.ts";
import { runsCommand } from "../../cli/commands/runs.ts";
import { verifyCertificateCommand } from "../../cli/commands/verify-certificate.ts";
import { verifyDataCommand } from "../../cli/commands/verify-data.ts";
import { TerminalView } from "../../cli/notebook/terminal.ts";
import { printError } from "../../cli/print.ts";
import { reportReplay } from "../../cli/replay/replay-report.ts";
import {
	listRuns,
	type StoredRun,
} from "../../experiment/record/store/store.ts";
import { forge } from "../../experiment/record/test-forgery.ts";
import { recordRun } from "../../experiment/record/test-record.ts";
import {
	STATEMENT_TYPE,
	signEnvelope,
} from "../../experiment/replay/certificate/dsse.ts";
import { provenanceOf } from "../../experiment/replay/certificate/provenance.ts";
import { reproductionOf } from "../../experiment/replay/certificate/reproduction.ts";
import {
	makeKey,
	openProject,
	recordCertifiable,
} from "../../experiment/replay/certificate/test-certificate.ts";
import { parseArguments } from "../../magics/arguments/arguments.ts";
import { observeTerminal } from "../../widgets/live/terminal-observer.ts";
import { answerHere } from "../command-line.ts";

/*
 * Text by others on the terminal. Each text of a record, of a certificate, of a
 * notebook and of a file's name is hostile here, and every command that prints
 * is asked: nothing it prints acts on the terminal, and no line of it looks like
 * a verdict, except the verdict.
 */

/** Forges lines, moves, conceals, copies to the clipboard, sets the title, reorders, hides. */
const HOSTILE =
	"x\nvalid\nholds  forged\nidentical: all 13 parts of run x\r\nunchanged\rvalid\u001b[1A\u001b[2K\u001b[8m\u001b]52;c;eA==\u0007\u001b]0;t\u001b\\\u009b2J\u202e\u2066\u200b\u200d\ufeff\u00ad\u{e0041}\u2028valid\u2029valid\u0085valid\u000bvalid\u000cvalid\b\u007f";

const ACTS =
	/(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
const VERDICT =
	/^(valid|NOT VALID|NOT ACCEPTED|could not be checked|holds|unchanged|identical: |NOT identical|certified run )/;

function assertSafe(text: string, attack: string, verdicts: number): string[] {
	const [found] = ACTS.exec(text) ?? [];
	assert.equal(
		found,
		undefined,
		`${attack}: U+${found?.codePointAt(0)?.toString(16)} is printed as it is in ${JSON.stringify(text)}`,
	);
	const lines = text.split("\n").filter((line) => VERDICT.test(line));
	assert.equal(
		lines.filter((line) => !line.startsWith("holds") || /forged/.test(line))
			.length,
		verdicts,
		`${attack}: a line was forged in\n${text}`,
	);
	return text.trimEnd().split("\n");
}

/** What a command prints, stdout and stderr, and how it ends; errors as `deepdiva` tells them. */
async function said(
	command: Command,
	...words: string[]
): Promise<{ text: string; code: number }> {
	const texts: string[] = [];
	const take = (text: string) => void texts.push(text);
	mock.method(console, "log", take);
	mock.method(console, "error", take);
	try {
		const args = parseArguments(command, words, "deepdiva");
		assert.ok(args !== "help");
		const code = await command.run(args);
		return { text: texts.join("\n"), code };
	} catch (error) {
		assert.ok(error instanceof Error);
		// A trace is a defect of ours: what a file holds is no reason for one.
		assert.match(error.name, /^(UsageError|Data\w*Error)$/, error.stack);
		printError(`deepdiva: ${error.message}`);
		return { text: texts.join("\n"), code: 2 };
	} finally {
		mock.restoreAll();
	}
}

type Json = { [name: string]: unknown };

/** Of long lists, such as that of the packages, the first four and the last. */
const fewOf = <T>(all: readonly T[]): readonly T[] =>
	all.length > 32 ? [...all.slice(0, 4), ...all.slice(-1)] : all;

/** Every text within a value: where it stands, and how to put another there. */
function* textsOf(
	value: unknown,
	path = "",
): Generator<{ path: string; put: (text: string) => void }> {
	if (typeof value !== "object" || value === null) return;
	const holder = value as Json;
	for (const [key, inner] of fewOf(Object.entries(holder))) {
		const place = `${path}.${key}`;
		if (typeof inner === "string")
			yield {
				path: place,
				put: (text) => {
					holder[key] = text;
				},
			};
		else yield* textsOf(inner, place);
		// Names of parameters, metrics, files, … are texts, too.
		if (!Array.isArray(value) && !OURS.has(key))
			yield {
				path: `${place} (its name)`,
				put: (text) => {
					delete holder[key];
					holder[text] = inner;
				},
			};
	}
}

/** Names of fields: what has another one in their place is no record. */
const OURS = new Set(
	"format id experiment task status error params paths identity occurrence repeat multirun resumed seed source cwd folder overrides git environment data conditions leaks hiddenState metrics outputs files digest process started ended milliseconds seal root origin boot run streams kind file path value index total repeats varied onLeak commandLine what count place line code packages untraced sha256 bytes name message mode commit tree dirty snapshot skipped leftOut why ref remote".split(
		" ",
	),
);

openProject();
const original = await recordCertifiable();
await recordCertifiable(0.25);
const hostileRun = await recordRun(
	async (run) => {
		run.log({ loss: 1, [HOSTILE]: 2 });
		await run.artifact("notes", { [HOSTILE]: HOSTILE });
	},
	{ experiment: "named", params: { [HOSTILE]: HOSTILE, lr: 0.1 } },
);
const copyOf = (run: StoredRun): string => {
	const folder = join(temporaryFolder(), "run");
	cpSync(run.directory, folder, { recursive: true });
	return folder;
};

const wider = (record: Json) => {
	record.git = {
		mode: "warn",
		commit: HOSTILE,
		tree: HOSTILE,
		dirty: true,
		remote: HOSTILE,
		snapshot: { commit: HOSTILE, ref: HOSTILE },
		skipped: [HOSTILE],
		leftOut: [{ path: HOSTILE, why: HOSTILE }],
	};
	record.error = { name: HOSTILE, message: HOSTILE };
	record.task = HOSTILE;
	record.leaks = {
		leaks: [
			{
				kind: HOSTILE,
				what: HOSTILE,
				count: 1,
				place: HOSTILE,
				line: 1,
				code: HOSTILE,
			},
		],
		packages: [{ package: HOSTILE, what: HOSTILE, count: 1 }],
		untraced: { [HOSTILE]: 3 },
	};
};

test("no text of a record reaches the terminal as it is, whatever is asked about the run", async () => {
	const folder = copyOf(original);
	const record = readFileSync(join(folder, "run.json"), "utf8");
	const places = [...textsOf(JSON.parse(record))].map(({ path }) => path);
	assert.ok(places.length > 100, `${places.length} texts`);
	for (const [index, place] of [...places.entries(), [-1, "all"] as const]) {
		writeFileSync(join(folder, "run.json"), record);
		forge(folder, (forged) => {
			const texts = [...textsOf(forged)];
			if (index >= 0) return texts[index]?.put(HOSTILE);
			for (const { path, put } of texts)
				if (!/^\.(status|source\.kind)$/.test(path)) put(HOSTILE);
			wider(forged);
		});
		assertSafe((await said(runsCommand, "show", folder)).text, place, 0);
	}
	for (const [what, command, ...words] of [
		["show", runsCommand, "show", folder],
		["show --json", runsCommand, "show", folder, "--json"],
		["compare", runsCommand, "compare", folder, original.directory],
		["compare --json", runsCommand, "compare", folder, folder, "--json"],
		["checklist", checklistCommand, folder],
		["checklist --form acl", checklistCommand, folder, "--form", "acl"],
		["export", runsCommand, "export", folder, "-o", "out"],
	] as const) {
		const { text } = await said(command, ...words);
		assertSafe(text, what, 0);
		if (what !== "export") assert.match(text, /\\u001b|u009b/, what);
	}
});

test("a field of a record that holds something else than a run writes is told, and gives no trace", async () => {
	const folder = copyOf(original);
	const record = readFileSync(join(folder, "run.json"), "utf8");
	const whole = { ...JSON.parse(record) };
	wider(whole);
	const fields = [...Object.keys(whole), "multirun", "hiddenState", "paths"];
	for (const field of fields)
		for (const value of [
			5,
			HOSTILE,
			[],
			[HOSTILE],
			{},
			{ [HOSTILE]: 1 },
			null,
		]) {
			writeFileSync(join(folder, "run.json"), record);
			forge(folder, (forged) => {
				Object.assign(forged, { [field]: value });
			});
			for (const [command, ...words] of [
				[runsCommand, "show", folder],
				[runsCommand, "compare", folder, original.directory],
				[checklistCommand, folder],
			] as const)
				assertSafe(
					(await said(command, ...words)).text,
					`${field} is ${value}`,
					0,
				);
		}
});

test("a run whose names are hostile is listed, shown and removed as any other", async () => {
	const { id, params } = hostileRun.record;
	assert.ok(Object.hasOwn(params, HOSTILE));
	for (const words of [
		["list"],
		["list", "--json"],
		["list", "--where", `${HOSTILE}>3`],
		["show", id],
		["show", HOSTILE],
		["compare", id, original.record.id],
		["compare", id, original.record.id, "--json"],
		["rm", id, "--yes"],
	]) {
		const { text } = await said(runsCommand, ...words);
		assertSafe(text, words.join(" "), 0);
	}
	assert.equal(
		listRuns().runs.some(({ record }) => record.id === id),
		false,
	);
});

test("a folder or an archive with hostile names is told in lines of ours", async () => {
	const name = "x\nvalid\u001b[2K\u009b8m\u202e\u200b\u2028valid";
	const { DEEPDIVA_RUNS: runs = "" } = process.env;
	writeFiles(runs, {
		[`certified/${name}/run.json`]: `{"format": "${"x\\nvalid\\u001b[2K"}"}`,
		[`${name}/20260101T000000Z-${name}/run.json`]: "{\n\u001b[2K",
	});
	for (const words of [
		["list"],
		["show", name],
		["rm", name, "--yes"],
		["rm", name],
	])
		assertSafe((await said(runsCommand, ...words)).text, words.join(" "), 0);
	const folder = temporaryFolder();
	for (const entry of [
		`../${name}`,
		name,
		`run/${name}`,
		`/${name}`,
		`${name}/run.json`,
	]) {
		const zip = join(folder, "run.zip");
		writeFileSync(
			zip,
			zipSync({
				[entry]: strToU8(HOSTILE),
				"deepdiva-export.json": strToU8(
					JSON.stringify({
						format: 1,
						runs: [
							{
								id: HOSTILE,
								experiment: HOSTILE,
								folder: name,
								digest: HOSTILE,
							},
						],
					}),
				),
			}),
		);
		const { text, code } = await said(replayCommand, zip);
		assertSafe(text, entry, 0);
		assert.equal(code, 2, text);
	}
});

test("no text of a certificate reaches the terminal as it is, and the verdict is the last line and the exit code", async () => {
	const mallory = makeKey();
	const run = copyOf(original);
	const file = join(run, "certificate.intoto.jsonl");
	const statement = JSON.stringify(
		provenanceOf(original, {
			level: "replayed",
			finishedOn: new Date().toISOString(),
			interpreter: "node 24, linux x64",
			place: "same machine",
			parts: Object.keys(original.record.outputs),
		}),
	);
	const places = [...textsOf(JSON.parse(statement))].map(({ path }) => path);
	assert.ok(places.length > 60, `${places.length} texts`);
	for (const [index, place] of [[-1, "none"] as const, ...places.entries()]) {
		const forged = JSON.parse(statement);
		[...textsOf(forged)][index]?.put(HOSTILE);
		writeFileSync(
			file,
			`${signEnvelope(Buffer.from(JSON.stringify(forged)), STATEMENT_TYPE, mallory)}\n`,
		);
		for (const json of index % 10 === 0 ? [false, true] : [false]) {
			const { text, code } = await said(
				verifyCertificateCommand,
				file,
				"--key",
				mallory.id,
				...(json ? ["--json"] : []),
			);
			const lines = assertSafe(text, place, json ? 0 : 1);
			if (json) {
				assert.equal(JSON.parse(text).valid, code === 0);
				continue;
			}
			assert.match(lines.at(-1) ?? "", VERDICT, place);
			assert.equal(/^valid/.test(lines.at(-1) ?? ""), code === 0, place);
			assert.equal(code === 0, index < 0, `${place}: ${text}`);
		}
	}
	const replays = ["passedTests", "environment"].map((field) => {
		const certificate = Buffer.from(statement);
		const { predicate, ...rest } = reproductionOf(
			{ payload: certificate, statement: JSON.parse(statement) },
			{
				parts: [
					...Object.keys(original.record.outputs),
					...(field === "passedTests" ? [HOSTILE] : []),
				].map((part) => ({ part, verdict: "identical" })),
				failure: undefined,
				environment: {
					...original.record.environment,
					...(field === "environment" ? { arch: HOSTILE, node: HOSTILE } : {}),
				},
			},
		);
		return signEnvelope(
			Buffer.from(JSON.stringify({ ...rest, predicate })),
			STATEMENT_TYPE,
			mallory,
		);
	});
	for (const replay of replays) {
		writeFileSync(
			file,
			`${signEnvelope(Buffer.from(statement), STATEMENT_TYPE, mallory)}\n${replay}\n`,
		);
		const { text } = await said(
			verifyCertificateCommand,
			file,
			"--key",
			mallory.id,
		);
		assertSafe(text, "a replay", 1);
		assert.match(text, /^replayed by SHA256:/m);
	}
	for (const [attack, content] of [
		["no envelope", HOSTILE],
		[
			"another payload type",
			JSON.stringify({
				payloadType: HOSTILE,
				payload: "eA==",
				signatures: [{ sig: "eA==" }],
			}),
		],
		[
			"another predicate",
			signEnvelope(
				Buffer.from(
					JSON.stringify({ ...JSON.parse(statement), predicateType: HOSTILE }),
				),
				STATEMENT_TYPE,
				mallory,
			),
		],
	] as const) {
		writeFileSync(file, content);
		const { text, code } = await said(
			verifyCertificateCommand,
			file,
			"--key",
			mallory.id,
		);
		assertSafe(text, attack, 1);
		assert.equal(code, 1, attack);
	}
});

test("how a replay came out is told in lines of ours alone", () => {
	const texts: string[] = [];
	mock.method(console, "log", (text: string) => void texts.push(text));
	const environment = { [HOSTILE]: HOSTILE };
	try {
		for (const json of [false, true])
			reportReplay(
				HOSTILE,
				{
					parts: [
						{
							part: HOSTILE,
							verdict: "different",
							recorded: HOSTILE,
							replayed: `${HOSTILE}.`,
						},
					],
					failure: `cell 1 of 1:\n\u001b[31mError\u001b[39m: ${HOSTILE}`,
					environment,
					otherNumerics: { recorded: HOSTILE, replayed: HOSTILE },
					elsewhere: [{ name: HOSTILE, recorded: HOSTILE, here: HOSTILE }],
					leaks: [
						{ kind: "clock", what: HOSTILE, count: 1, place: HOSTILE, line: 1 },
					],
				},
				{ json, tolerance: undefined, lacks: [HOSTILE] },
			);
	} finally {
		mock.restoreAll();
	}
	const json = texts.pop() ?? "";
	assertSafe(json, "--json", 0);
	assert.equal(JSON.parse(json).run, HOSTILE);
	const lines = assertSafe(texts.join("\n"), "the report", 1);
	assert.match(lines.at(-1) ?? "", /^NOT identical: /);
	assert.match(texts.join("\n"), /^ {2}valid$/m, "an error has lines, set in");
});

test("a cell's source and a name for a run are shown in one line while they run", () => {
	let text = "";
	const write = (more: string) => {
		text += more;
	};
	const view = new TerminalView({ write, isTTY: false });
	view.cellStart({
		number: 1,
		total: 1,
		source: HOSTILE.replaceAll("\n", ""),
	} as Parameters<typeof view.cellStart>[0]);
	view.output({
		type: "display_data",
		data: { [HOSTILE]: "x" },
		metadata: {},
		transient: {},
	});
	view.cellEnd();
	assertSafe(text, "a notebook", 0);
	text = "";
	const observer = observeTerminal({ write });
	const run = { id: "1", experiment: HOSTILE, recorded: true } as Parameters<
		NonNullable<typeof observer.event>
	>[0];
	observer.event?.(run, {
		type: "artifact",
		name: HOSTILE,
		files: [HOSTILE],
		digest: HOSTILE,
	});
	observer.event?.(run, {
		type: "notice",
		level: "warning",
		text: `see ${HOSTILE.replaceAll("\n", "")}`,
	});
	assertSafe(text, "a run", 0);
});

test("names of files stay in their line when data changed", async () => {
	const folder = temporaryFolder();
	const name = HOSTILE.replaceAll("\u0000", "");
	writeFiles(folder, { "data/a.txt": "a", [`data/${name}`]: "b" });
	for (const words of [["data"], ["data", "--json"]])
		assertSafe(
			(
				await said(
					verifyDataCommand,
					join(folder, words[0] ?? ""),
					...words.slice(1),
				)
			).text,
			"made",
			words.length > 1 ? 0 : 0,
		);
	writeFiles(folder, { [`data/${name}`]: "c", [`data/${name}2`]: "d" });
	const { text, code } = await said(verifyDataCommand, join(folder, "data"));
	assertSafe(text, "changed", 0);
	assert.equal(code, 1);
	assert.match(text, /modified .*\\u001b/);
});

test("what the command itself says of a hostile word or file is safe", async () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"odd.ipynb": JSON.stringify({
			nbformat: 4,
			nbformat_minor: 5,
			metadata: { kernelspec: { name: HOSTILE, language: HOSTILE } },
			cells: [{ cell_type: HOSTILE, source: HOSTILE }],
		}),
		"export/deepdiva-export.json": JSON.stringify({
			format: HOSTILE,
			runs: [{ id: HOSTILE, folder: HOSTILE }],
		}),
		"script.ts": `// deepdiva: ${HOSTILE}\nthrow 1`,
	});
	for (const [command, ...words] of [
		[runsCommand, HOSTILE],
		[runsCommand, "--where", HOSTILE],
		[runsCommand, `--${HOSTILE}`],
		[checklistCommand, "--form", HOSTILE],
		[verifyCertificateCommand, HOSTILE],
		[verifyCertificateCommand, "x", "--key", HOSTILE],
		[verifyDataCommand, HOSTILE],
	] as const)
		assertSafe((await said(command, ...words)).text, words.join(" "), 0);
	for (const words of [
		[HOSTILE],
		["replay", "export"],
		["execute", "odd.ipynb"],
	]) {
		const { stdout, stderr } = await answerHere(words, { cwd: folder });
		assertSafe(stdout + stderr, words.join(" "), 0);
		assert.match(stderr, /^deepdiva/, words.join(" "));
	}
});
