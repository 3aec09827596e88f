import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import {
	CROISSANT_KEYS,
	type CroissantMetadata,
} from "../experiment/data/exchange/croissant-metadata.ts";
import type { VerifyOptions } from "../experiment/data/index.ts";
import type { MagicArguments } from "./definition.ts";
import { readShare } from "./share.ts";

const MODES = ["init", "quick", "deep"] as const;

/** @throws UsageError for modes that exclude each other, or no share */
export function readOptions({ flags, values }: MagicArguments): VerifyOptions {
	const modes = [
		...MODES.filter((mode) => flags.has(mode)),
		...(values.has("sample") ? (["sample"] as const) : []),
	];
	if (modes.length > 1)
		throw new UsageError(
			`verify-data: --${modes.join(" and --")} exclude each other; choose one`,
		);
	const [mode] = modes;
	const text = (name: string) => values.get(name)?.[0];
	const [share, jobs] = [text("sample"), text("jobs")];
	return {
		...(mode && { mode }),
		...(share !== undefined && {
			sample: readShare("verify-data: --sample", share, Number.MIN_VALUE),
		}),
		...(jobs !== undefined && { jobs: Number(jobs) }),
		accept: text("accept"),
		manifest: text("manifest"),
	};
}

/**
 * What is said of the data for their description; undefined when none was asked for.
 * @throws UsageError
 */
export function readMetadata({
	assignments,
	flags,
}: MagicArguments): CroissantMetadata | undefined {
	const known: readonly string[] = CROISSANT_KEYS;
	for (const key of assignments.keys()) {
		if (!flags.has("croissant"))
			throw new UsageError(
				`verify-data: ${key}=… describes the data, which needs --croissant`,
			);
		if (!known.includes(key))
			throw new UsageError(
				`verify-data: Croissant has no ${key}${suggestion(key, known)}`,
			);
	}
	return flags.has("croissant") ? Object.fromEntries(assignments) : undefined;
}
