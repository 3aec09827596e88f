import { canonicalJson, digestOf } from "../../base/canonical.ts";
import { createHash } from "../../host/hash.ts";
import type { ParamValue } from "../events.ts";
import type { RecordFormat } from "../record-format.ts";
import { isSecretName, wasSecret } from "../secrets/named-secrets.ts";
import { isMark } from "../secrets/secret-looks.ts";

/**
 * What makes a run the run it is: experiment, parameters and repeat index.
 * Nothing here depends on a clock, a counter, the front end or the order of jobs.
 */
export interface RunIdentity {
	readonly experiment: string;
	/** Without paths and secrets: where the data lies, and who may read it, changes no result. */
	readonly params: Readonly<Record<string, ParamValue>>;
	/** 0 for a single run; the index within a multirun otherwise. */
	readonly repeat: number;
	/** Of a later repeat: the random streams that alone make it another one, sorted. Absent where all do. */
	readonly vary?: readonly string[];
}

/** Of a run or its record: the streams that alone make it another repeat. Repeat 0 is the same run whatever varies. */
export const variedStreams = ({
	repeat,
	multirun,
}: {
	readonly repeat: number;
	readonly multirun?: { readonly vary?: readonly string[] };
}): Pick<RunIdentity, "vary"> =>
	repeat > 0 && multirun?.vary ? { vary: multirun.vary } : {};

/**
 * The parameters that tell runs apart, as they are recorded: without paths,
 * which lead elsewhere on another machine, and without secrets.
 * @param params as recorded, secrets redacted, so that whoever has the record gets the same
 */
export function identifyingParams(
	params: Readonly<Record<string, ParamValue>>,
	paths: readonly string[],
): RunIdentity["params"] {
	return Object.fromEntries(
		Object.entries(params).filter(
			([key, value]) => !paths.includes(key) && !isSecretHere(key, value),
		),
	);
}

/** By the names that were secret when records began, and by others where the value was taken out. */
const isSecretHere = (key: string, value: ParamValue) =>
	wasSecret(key, value) || (isMark(value) && isSecretName(key));

/** `sha256:…` of the identity: the same run has it on every machine. */
export function identityDigest(identity: RunIdentity): string {
	const { experiment, params, repeat, vary } = identity;
	return digestOf({ experiment, params, repeat, ...(vary ? { vary } : {}) });
}

/**
 * The run's own seed, 16 hexadecimal digits. It follows from root seed, name and
 * repeat index, not from the parameters: runs that differ in a parameter alone
 * draw the same numbers (common random numbers), so their results can be
 * compared in pairs. In format 1 it followed from the parameters as well.
 */
export function runSeed(
	rootSeed: string,
	{ experiment, params, repeat }: RunIdentity,
	format: RecordFormat,
): string {
	const from =
		format === 1 ? { experiment, params, repeat } : { experiment, repeat };
	return createHash("sha256")
		.update(`${rootSeed}\0run\0${canonicalJson(from)}`)
		.digest("hex")
		.slice(0, 16);
}

/** The seed of the streams that a run shares with repeat 0; undefined where all its streams are its own. */
export const fixedSeed = (
	rootSeed: string,
	identity: RunIdentity,
	format: RecordFormat,
): string | undefined =>
	identity.vary && runSeed(rootSeed, { ...identity, repeat: 0 }, format);

/** What a multirun is: members computed in other processes, or on other hosts, have it too. */
export interface MultirunIdentity {
	readonly experiment: string;
	/** Every parameter with the values it takes, paths and secrets left out. */
	readonly grid: Readonly<Record<string, readonly ParamValue[]>>;
	/** Parameters with more than one value, in the order in which members are counted. */
	readonly varied: readonly string[];
	readonly repeats: number;
	/** As in the identities of its members. */
	readonly vary?: readonly string[];
	readonly rootSeed: string;
}

/** 16 hexadecimal digits by which the members of a multirun belong together. */
export const multirunId = ({
	experiment,
	grid,
	varied,
	repeats,
	vary,
	rootSeed,
}: MultirunIdentity): string =>
	digestOf({
		...{ experiment, grid, varied, repeats, rootSeed },
		...(vary ? { vary } : {}),
	}).slice(7, 23);
