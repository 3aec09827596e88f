import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import {
	CROISSANT_KEYS,
	type CroissantMetadata,
} from "../../experiment/data/exchange/croissant-metadata.ts";
import type { VerifyOptions } from "../../experiment/data/index.ts";
import type {
	MagicArguments,
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "./argument.ts";
import { readShare } from "./share.ts";

const MODES = ["init", "quick", "deep"] as const;

/** `deepdiva verify-data` has these, too. */
export const VERIFY_OPTIONS = [
	{
		name: "init",
		type: "flag",
		description: "Make the manifest; an error if there is one.",
	},
	{
		name: "quick",
		type: "flag",
		description: "Compare names, sizes and times; read what differs.",
	},
	{ name: "deep", type: "flag", description: "Read every byte." },
	{
		name: "sample",
		type: "text",
		placeholder: "P%",
		description: "Quick, and read a random share of the other files.",
	},
	{
		name: "accept",
		type: "text",
		placeholder: "WHY",
		description:
			"Accept the folder as it is now: write a new manifest, with this reason.",
	},
	{
		name: "manifest",
		type: "text",
		placeholder: "PATH",
		path: true,
		description: "Where the manifest is, when not beside the folder.",
	},
	{
		name: "swhid",
		type: "flag",
		description:
			"Also the folder's SWHID, as git and Software Heritage have it.",
	},
	{
		name: "bag",
		type: "text",
		placeholder: "OUT",
		path: true,
		description: "Also copy the folder into a BagIt bag.",
	},
	{
		name: "croissant",
		type: "flag",
		description: "Also describe the data in DIR.croissant.json.",
	},
	{
		name: "jobs",
		type: "integer",
		placeholder: "N",
		description: "Threads that read. Default: one per core, at most 4.",
	},
] as const satisfies readonly MagicOption[];

export const VERIFY_POSITIONALS = [
	{
		name: "folder",
		placeholder: "DIR",
		required: true,
		description: "The folder; its manifest lies beside it.",
		path: true,
	},
] as const satisfies readonly MagicPositional[];

type VerifyValues = ValuesOf<typeof VERIFY_POSITIONALS, typeof VERIFY_OPTIONS>;
/** Of both the magic and the command. */
export type VerifyArguments = MagicArguments<VerifyValues>;

export const VERIFY_ASSIGNMENTS = `For --croissant: ${CROISSANT_KEYS.join(", ")}.`;

/**
 * @throws UsageError for modes that exclude each other, or a `--sample` that is
 * no share
 */
export function readOptions(values: VerifyValues): VerifyOptions {
	const modes = [
		...MODES.filter((mode) => values[mode]),
		...(values.sample !== undefined ? (["sample"] as const) : []),
	];
	if (modes.length > 1)
		throw new UsageError(
			`verify-data: --${modes.join(" and --")} exclude each other; choose one`,
		);
	const [mode] = modes;
	const { sample, jobs, accept, manifest } = values;
	return {
		...(mode && { mode }),
		...(sample !== undefined && {
			sample: readShare("verify-data: --sample", sample, Number.MIN_VALUE),
		}),
		...(jobs !== undefined && { jobs }),
		accept,
		manifest,
	};
}

/**
 * The fields of a Croissant description that the arguments give; undefined if
 * none was asked for.
 * @throws UsageError
 */
export function readMetadata({
	assignments,
	values: { croissant },
}: VerifyArguments): CroissantMetadata | undefined {
	const known: readonly string[] = CROISSANT_KEYS;
	for (const key of assignments.keys()) {
		if (!croissant)
			throw new UsageError(
				`verify-data: ${key}=… describes the data, which needs --croissant`,
			);
		if (!known.includes(key))
			throw new UsageError(
				`verify-data: Croissant has no ${key}${suggestion(key, known)}`,
			);
	}
	return croissant ? Object.fromEntries(assignments) : undefined;
}
