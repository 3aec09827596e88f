import { EventFile } from "../../../formats/tfevents/event-file.ts";
import {
	addHistogram,
	addScalars,
	addText,
} from "../../../formats/tfevents/summaries.ts";
import { readFileSync } from "../../../host/files.ts";
import { join } from "../../../host/paths.ts";
import type { MetricEvent, RunEvent } from "../../events.ts";
import { paramText } from "../../parameters/overrides/written.ts";
import type { RunObserver } from "../observer.ts";
import type { RunRecord } from "../record.ts";
import { storedWeights } from "./weights.ts";

/** `val_loss` → `val/loss`, `loss` → `train/loss`: one group of charts per split. A name with a slash stays. */
export function tagOf(metric: string): string {
	if (metric.includes("/")) return metric;
	const [, split = "train", name = metric] =
		/^(train|val|test)_(.+)$/.exec(metric) ?? [];
	return `${split}/${name}`;
}

const cell = (text: string) =>
	text.replace(/[|\\]/g, "\\$&").replace(/\s+/g, " ");

/** The parameters as the record has them, so without its secrets. */
export function paramsTable(params: RunRecord["params"]): string {
	const rows = Object.entries(params).map(
		([name, { value }]) => `| ${cell(name)} | ${cell(paramText(value))} |`,
	);
	return rows.length === 0
		? ""
		: ["| parameter | value |", "|---|---|", ...rows].join("\n");
}

/** One run's events, as they come. */
class RunEvents {
	readonly #directory: string;
	readonly #file: EventFile;
	readonly #tags = new Map<string, Uint8Array>();
	#started = false;
	#step = 0;

	constructor(directory: string) {
		this.#directory = directory;
		this.#file = new EventFile(directory);
	}

	event(event: RunEvent): void {
		switch (event.type) {
			case "metric":
				this.#start();
				this.#metric(event);
				break;
			case "artifact":
				for (const { name, values } of storedWeights(
					join(this.#directory, "artifacts", event.name),
				)) {
					this.#start();
					addHistogram(this.#file, this.#step, `${event.name}/${name}`, values);
				}
				break;
			case "notice":
				this.#start();
				addText(this.#file, this.#step, "notice", event.text);
				break;
		}
	}

	close(): void {
		this.#file.close();
	}

	#start(): void {
		if (this.#started) return;
		this.#started = true;
		const { params } = JSON.parse(
			readFileSync(join(this.#directory, "run.json"), "utf8"),
		) as RunRecord;
		const table = paramsTable(params);
		if (table !== "") addText(this.#file, 0, "params", table);
	}

	#metric({ step, values }: MetricEvent): void {
		this.#step = step;
		addScalars(this.#file, step, values, this.#tag);
	}

	readonly #tag = (name: string): Uint8Array => {
		let tag = this.#tags.get(name);
		if (!tag) {
			tag = Buffer.from(tagOf(name));
			this.#tags.set(name, tag);
		}
		return tag;
	};
}

/**
 * Writes what runs say as TensorBoard event files into their folders: metrics
 * as scalars, the weights of models among the artifacts as histograms,
 * parameters and notices as text. `tensorboard --logdir runs` shows them.
 */
export function observeTensorBoard(): RunObserver {
	const open = new Map<string, RunEvents>();
	return {
		isRecorder: true,
		runStarted({ recorded, id, directory }) {
			if (recorded) open.set(id, new RunEvents(directory));
		},
		event(run, event) {
			open.get(run.id)?.event(event);
		},
		runEnded({ id }) {
			open.get(id)?.close();
			open.delete(id);
		},
	};
}
