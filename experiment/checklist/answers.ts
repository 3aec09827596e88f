/**
 * What a record says to the items of a checklist. Nothing is inferred: an
 * answer is what was recorded, and what it leaves open is named.
 */

import { readPlainFile } from "../../base/plain-file.ts";
import { plural } from "../../base/plural.ts";
import { dependencies as own } from "../../base/version.ts";
import { existsSync } from "../../host/files.ts";
import { LONGEST_MANIFEST } from "../data/manifest.ts";
import { paramText } from "../parameters/overrides/written.ts";
import { textOf } from "../record/store/folder-files.ts";
import { statusOf } from "../record/store/store.ts";
import { recordedPackages } from "../record/surroundings/purl.ts";
import { spreadOf } from "../sweep/statistics/summary.ts";
import { varyText } from "../sweep/vary.ts";
import { type Answer, type Evidence, manifestOf } from "./evidence.ts";

const EVALUATION = /^(val|test)_/;

function duration(milliseconds: number): string {
	const seconds = milliseconds / 1000;
	if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
	const minutes = seconds / 60;
	return minutes < 120
		? `${Number(minutes.toPrecision(3))} min`
		: `${Number((minutes / 60).toPrecision(3))} h`;
}

const text = (value: unknown): string | undefined =>
	typeof value === "string" || typeof value === "number"
		? String(value)
		: undefined;

export function dataStatistics(evidence: Evidence): Answer | undefined {
	const { record } = evidence;
	if (record.data.length === 0) return undefined;
	return {
		text: record.data
			.map(
				({ path, files, bytes, root }) =>
					`${path}: ${plural(files, "file")}, ${bytes} bytes, root ${root}`,
			)
			.join("; "),
		see: [
			evidence.file("run.json"),
			...record.data
				.map(({ path }) => manifestOf(evidence, path))
				.filter(existsSync),
		],
		open: "how many examples those files hold, and what they are",
	};
}

const SPLIT = /^[0-9a-f]{64} [ *](?:\.\/)?(train|val|test)\//;

/** Of folders laid out as `train|val|test/…`, as their manifests list them. */
export function splits(evidence: Evidence): Answer | undefined {
	const found = evidence.record.data.flatMap(({ path }) => {
		const manifest = manifestOf(evidence, path);
		if (!existsSync(manifest)) return [];
		const counts = new Map<string, number>();
		// Where that is follows from the record, which may be anybody's.
		const found = { maxBytes: LONGEST_MANIFEST, followLinks: true };
		const text = readPlainFile(manifest, found)?.toString() ?? "";
		for (const line of text.split("\n")) {
			const split = SPLIT.exec(line)?.[1];
			if (split !== undefined) counts.set(split, (counts.get(split) ?? 0) + 1);
		}
		return counts.size < 2 ? [] : [{ path, manifest, counts }];
	});
	if (found.length === 0) return undefined;
	return {
		text: found
			.map(
				({ path, counts }) =>
					`${path}: ${[...counts].map(([split, count]) => `${split} ${plural(count, "file")}`).join(", ")}`,
			)
			.join("; "),
		see: found.map(({ manifest }) => manifest),
		open: "how the split was chosen",
	};
}

export function dependencies(evidence: Evidence): Answer {
	const { environment, git } = evidence.record;
	const [deepdiva, node] = [text(environment.deepdiva), text(environment.node)];
	const tree =
		git && git.mode !== "ignore" && git.tree !== undefined
			? `the lock file of git tree ${git.tree}`
			: undefined;
	const lock = text(environment.lockFile);
	// Those of deepdiva's own follow from its version.
	const chosen = recordedPackages(environment).filter(
		({ name }) => name !== "deepdiva" && !Object.hasOwn(own, name),
	);
	return {
		text: [
			deepdiva && `deepdiva ${deepdiva}`,
			node && `Node ${node}`,
			...chosen.map(({ purl }) => purl),
			tree ?? (lock && `lock file ${lock}`),
		]
			.filter(Boolean)
			.join(", "),
		see: [evidence.file("run.json")],
		...(tree ? {} : { open: "versions of the other packages" }),
	};
}

export function trainingCode(evidence: Evidence): Answer | undefined {
	const { source, git } = evidence.record;
	if (!source.file) return undefined;
	const kept =
		git && git.mode !== "ignore"
			? (git.snapshot?.commit ?? (git.dirty ? undefined : git.commit))
			: undefined;
	const remote = git && git.mode !== "ignore" ? git.remote : undefined;
	return {
		text: `as executed${kept ? `, with the work tree in commit ${kept}${remote ? ` of ${remote}` : ""}` : ""}`,
		see: [
			evidence.file(source.file),
			...(source.kind === "cell" ? [evidence.file("cells.json")] : []),
		],
		open: "where others can have it",
	};
}

/** The code that a run executes is the code that evaluates, where it logged an evaluation. */
export function evaluationCode(evidence: Evidence): Answer | undefined {
	const { metrics, outputs } = evidence.record;
	const logged = Object.keys(metrics).filter((name) => EVALUATION.test(name));
	const matrices = Object.keys(outputs).filter((name) =>
		/^confusion\//.test(name),
	);
	const code = trainingCode(evidence);
	if (!code || logged.length + matrices.length === 0) return undefined;
	return {
		...code,
		text: `the same code gives ${[...logged, ...matrices].join(", ")}`,
	};
}

interface RecordedModel {
	readonly name: string;
	readonly files: readonly string[];
	readonly weights: number | undefined;
}

function recordedModels({ run, record, file }: Evidence): RecordedModel[] {
	return Object.entries(record.outputs).flatMap(([name, { files }]) => {
		const topology = files.find((one) => one.endsWith("/model.json"));
		if (!topology || !name.startsWith("artifact/")) return [];
		return [
			{
				name: name.slice("artifact/".length),
				files: files.map((one) => file(one)),
				weights: countWeights(run.directory, topology),
			},
		];
	});
}

function countWeights(directory: string, topology: string): number | undefined {
	try {
		const { weightsManifest } = JSON.parse(textOf(directory, topology)) as {
			weightsManifest: readonly {
				weights: readonly { shape: readonly number[] }[];
			}[];
		};
		return weightsManifest
			.flatMap(({ weights }) => weights)
			.reduce(
				(sum, { shape }) =>
					sum + shape.reduce((product, size) => product * size, 1),
				0,
			);
	} catch {
		return undefined;
	}
}

export function models(evidence: Evidence): Answer | undefined {
	const found = recordedModels(evidence);
	if (found.length === 0) return undefined;
	return {
		text: found
			.map(
				({ name, weights }) =>
					`${name}${weights === undefined ? "" : `, ${plural(weights, "weight")}`}`,
			)
			.join("; "),
		see: found.flatMap(({ files }) => files),
		open: "where others can have them",
	};
}

export function replayCommand(evidence: Evidence): Answer | undefined {
	const { record } = evidence;
	if (!record.source.file) return undefined;
	return {
		text: `this run: deepdiva replay ${record.id}`,
		see: [evidence.file("run.json")],
		open: "the table of results",
	};
}

export function hyperparameters(evidence: Evidence): Answer | undefined {
	const { record, experiment } = evidence;
	const used = Object.entries(record.params);
	if (used.length === 0) return undefined;
	const tried = used.flatMap(([name]) => {
		const values = new Set(
			experiment.flatMap(({ record: { params } }) =>
				params[name] ? [paramText(params[name].value)] : [],
			),
		);
		return values.size > 1 ? [`${name} ${[...values].join(", ")}`] : [];
	});
	return {
		text: `used: ${used.map(([name, { value }]) => `${name}=${paramText(value)}`).join(" ")}${
			tried.length > 0
				? `; on record for this experiment: ${tried.join("; ")}`
				: ""
		}`,
		see: [
			evidence.file("run.json"),
			...(tried.length > 0 ? [evidence.folder] : []),
		],
		open: `${tried.length > 0 ? "" : "the ranges that were tried, if any, and "}how they were chosen`,
	};
}

export function numberOfRuns({ experiment, folder, record }: Evidence): Answer {
	const statuses = new Map<string, number>();
	for (const status of experiment.map(statusOf))
		statuses.set(status, (statuses.get(status) ?? 0) + 1);
	return {
		text: `${plural(experiment.length, "run")} of ${record.experiment} on record: ${[
			...statuses,
		]
			.map(([status, count]) => `${count} ${status}`)
			.join(", ")}`,
		see: [folder],
	};
}

export function measures(evidence: Evidence): Answer | undefined {
	const names = Object.keys(evidence.record.metrics);
	if (names.length === 0) return undefined;
	return {
		text: `reported: ${names.join(", ")}`,
		see: [
			evidence.file("metrics.jsonl"),
			...(trainingCode(evidence)?.see ?? []),
		],
		open: "what each of them is",
	};
}

/** Final metrics over the repeats; of evaluation where there is any. */
export function variation(evidence: Evidence): Answer | undefined {
	const { record, repeats } = evidence;
	const { vary } = record.multirun ?? {};
	const all = Object.keys(record.metrics);
	const evaluation = all.filter((name) => EVALUATION.test(name));
	const names = evaluation.length > 0 ? evaluation : all;
	if (names.length === 0) return undefined;
	if (repeats.length < 2)
		return {
			text: "a single run: no variation",
			see: [evidence.file("run.json")],
			open: "variation over several runs (multirun)",
		};
	const lines = names.flatMap((name) => {
		const values = repeats
			.map(({ record: { metrics } }) => metrics[name])
			.filter((value) => typeof value === "number");
		if (values.length < 2) return [];
		const { mean, sd, min, max, n } = spreadOf(values);
		const short = (value: number | undefined) =>
			value === undefined ? "" : String(Number(value.toPrecision(4)));
		return [
			`${name} ${short(mean)} ± ${short(sd)} (mean ± SD of ${n} runs; ${short(min)} to ${short(max)})`,
		];
	});
	return lines.length === 0
		? undefined
		: {
				text: [
					...lines,
					...(vary ? [`of the random streams, ${varyText(vary)}`] : []),
				].join("; "),
				see: repeats.map(({ directory }) => `${directory}/run.json`),
			};
}

const finishedTimes = ({ experiment }: Evidence) =>
	experiment
		.filter((one) => statusOf(one) === "finished")
		.flatMap(({ record }) => record.milliseconds ?? []);

export function runtime(evidence: Evidence): Answer | undefined {
	const { record, repeats } = evidence;
	const times = repeats.flatMap((one) => one.record.milliseconds ?? []);
	if (times.length === 0) return undefined;
	const { mean } = spreadOf(times);
	return {
		text: `${duration(mean)}${times.length > 1 ? ` on average of ${times.length} runs with these parameters` : ", one run"}${processor(record.environment)}`,
		see: [evidence.file("run.json")],
	};
}

const processor = (environment: Readonly<Record<string, unknown>>) =>
	text(environment.cpu) === undefined ? "" : ` on ${text(environment.cpu)}`;

export function infrastructure(evidence: Evidence): Answer | undefined {
	const { environment } = evidence.record;
	const memory = Number(environment.memory);
	const { backend } = environment;
	const name =
		typeof backend === "object" && backend !== null && "name" in backend
			? text(backend.name)
			: undefined;
	const facts = [
		text(environment.cpu),
		text(environment.cores) && `${text(environment.cores)} cores`,
		memory > 0 && `${Number((memory / 2 ** 30).toPrecision(3))} GiB of memory`,
		text(environment.platform) &&
			`${text(environment.platform)} ${text(environment.release) ?? ""} ${text(environment.arch) ?? ""}`.trim(),
		name && `TensorFlow.js backend ${name}`,
	].filter((fact) => typeof fact === "string" && fact !== "");
	return facts.length === 0
		? undefined
		: { text: facts.join(", "), see: [evidence.file("run.json")] };
}

export function modelSize(evidence: Evidence): Answer | undefined {
	const model = models(evidence);
	const machine = infrastructure(evidence);
	const times = finishedTimes(evidence);
	const budget =
		times.length > 0
			? `${duration(times.reduce((sum, one) => sum + one, 0))} in all for the ${plural(times.length, "finished run")} of this experiment on record`
			: undefined;
	const known = [model?.text, budget, machine?.text].filter(
		(one) => one !== undefined,
	);
	if (known.length === 0) return undefined;
	return {
		text: known.join("; "),
		see: [
			...new Set([
				...(model?.see ?? []),
				...(budget ? [evidence.folder] : []),
				...(machine?.see ?? []),
			]),
		],
		...(model ? {} : { open: "the number of parameters of the model" }),
	};
}

export function packages(evidence: Evidence): Answer {
	const answer = dependencies(evidence);
	return {
		...answer,
		open: [answer.open, "settings of the packages used"]
			.filter(Boolean)
			.join(", "),
	};
}
