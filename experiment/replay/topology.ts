import { canonicalJson } from "../../base/canonical.ts";
import { readFileOf } from "../record/store/folder-files.ts";
import type { StoredRun } from "../record/store/store.ts";

/**
 * What the models of a run are made of, by output: layers with their settings,
 * as canonical JSON. Names are numbered by their first use, since TensorFlow.js
 * counts its layers through the life of a process ("dense_Dense7").
 */
export function topologiesOf({
	directory,
	record,
}: StoredRun): Record<string, string> {
	return Object.fromEntries(
		Object.entries(record.outputs).flatMap(([name, { files }]) => {
			const file = files.find((one) => one.endsWith("/model.json"));
			const content = file && readFileOf(directory, file);
			return content ? [[name, topology(content.toString())]] : [];
		}),
	);
}

function topology(text: string): string {
	let model: unknown;
	try {
		model = (JSON.parse(text) as { modelTopology?: unknown }).modelTopology;
	} catch {
		return "not JSON";
	}
	const names = new Map<string, string>();
	const collect = (value: unknown): void => {
		if (typeof value !== "object" || value === null) return;
		for (const [key, inner] of Object.entries(value)) {
			if (key === "name" && typeof inner === "string" && !names.has(inner))
				names.set(inner, `#${names.size}`);
			collect(inner);
		}
	};
	collect(model);
	const renamed = (value: unknown): unknown => {
		if (typeof value === "string") return names.get(value) ?? value;
		if (Array.isArray(value)) return value.map(renamed);
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, inner]) => [key, renamed(inner)]),
		);
	};
	return canonicalJson(renamed(model));
}
