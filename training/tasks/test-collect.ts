import { createHash } from "node:crypto";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { ParamValue, RunEvent } from "../../experiment/events.ts";
import { parse } from "../../experiment/parameters/schema.ts";
import { installRandom } from "../../experiment/random/install.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import { tasks } from "./index.ts";

export interface Collected {
	readonly events: RunEvent[];
	/** What it gave to be kept, by name. */
	readonly artifacts: ReadonlyMap<string, unknown>;
	/** SHA-256 of each weight's bytes, in order. */
	readonly weights: string[];
}

/** Runs a task with the streams of `seed`, and collects what it says. */
export async function collect(
	name: string,
	seed: string,
	values: Record<string, ParamValue>,
	signal: AbortSignal = new AbortController().signal,
	onEvent: (event: RunEvent) => void = () => {},
): Promise<Collected> {
	installRandom();
	const task = tasks.get(name);
	if (!task) throw new Error(`no task ${name}`);
	const streams = new StreamSet(seed);
	const events: RunEvent[] = [];
	const weights: string[] = [];
	const artifacts = new Map<string, unknown>();
	const emit = (event: RunEvent) => {
		events.push(event);
		onEvent(event);
	};
	const loaded = await task.load();
	await loaded.run({
		params: parse(task.params, values, `task ${name}`),
		signal,
		rng: (stream) => () => streams.stream(stream).next(),
		withStream: (stream, body) => withStreams(streams, body, stream),
		log: (logged, { step = 1 } = {}) =>
			emit({ type: "metric", step, values: logged }),
		progress: (event) => emit({ type: "progress", ...event }),
		show: (kind, name, data, step) =>
			emit({
				type: "picture",
				kind,
				name,
				...(step === undefined ? {} : { step }),
				data,
			}),
		artifact: async (artifact, value) => {
			artifacts.set(artifact, value);
			emit({ type: "artifact", name: artifact, files: [], digest: "" });
			if (artifact !== "model") return;
			for (const weight of (value as LayersModel).getWeights())
				weights.push(
					createHash("sha256").update(weight.dataSync()).digest("hex"),
				);
		},
		data: async (directory) => directory,
	});
	return { events, artifacts, weights };
}
