import { sha256 } from "../../../base/canonical.ts";
import { isObject } from "../../../base/json-object.ts";
import {
	type ComparedPart,
	isIdentical,
	isWithinTolerance,
} from "../compare.ts";
import { type Place, placeOf } from "../place.ts";
import type { ReplayResult } from "../replay.ts";
import { contentName, type Provenance } from "./provenance.ts";
import {
	checkDescriptors,
	isSet,
	refuse,
	requireTimestamp,
	STATEMENT,
	type Statement,
} from "./statement.ts";

/** @see https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export const TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1";

/** How much a replay shows. */
export type Level = Place | "tolerance only" | "different";

/** A replay as a test of what a certificate says: one test for each part that was compared. */
export interface Reproduction {
	/** All identical, some only within the tolerance, or some different. */
	readonly result: "PASSED" | "WARNED" | "FAILED";
	/** The certificate that was put to the test: the digest of its payload. */
	readonly configuration: readonly [
		{
			readonly name: "certificate";
			readonly digest: { readonly sha256: string };
		},
	];
	readonly passedTests: readonly string[];
	readonly warnedTests: readonly string[];
	readonly failedTests: readonly string[];
	/** Our addition to the predicate. */
	readonly deepdiva_replay: {
		readonly level: Level;
		/** Largest relative difference that was let pass, if any was. */
		readonly tolerance?: number;
		readonly environment: Readonly<Record<string, unknown>>;
		readonly finishedOn: string;
	};
}

/** SHA-256, in hexadecimal digits, by which a replay names a certificate. */
export const payloadDigest = (payload: Uint8Array) =>
	sha256(payload).replace("sha256:", "");

/** The level that parts compared in this environment reach. */
export function levelOf(
	parts: readonly ComparedPart[],
	recorded: Readonly<Record<string, unknown>>,
	replayed: Readonly<Record<string, unknown>>,
): Level {
	if (isIdentical(parts)) return placeOf(recorded, replayed);
	return isWithinTolerance(parts) ? "tolerance only" : "different";
}

/** What a replay that ran to its end says about a certified run. */
export function reproductionOf(
	certificate: {
		readonly payload: Uint8Array;
		readonly statement: Statement<Provenance>;
	},
	result: ReplayResult & {
		readonly environment: Readonly<Record<string, unknown>>;
	},
	tolerance?: number,
): Statement<Reproduction> {
	const { subject, predicate } = certificate.statement;
	const named = (...verdicts: readonly string[]) =>
		result.parts
			.filter(({ verdict }) => verdicts.includes(verdict))
			.map(({ part }) => part);
	const passedTests = named("identical");
	const warnedTests = named("within tolerance");
	const known = [...passedTests, ...warnedTests];
	const failedTests = result.parts
		.map(({ part }) => part)
		.filter((part) => !known.includes(part));
	return {
		_type: STATEMENT,
		subject: subject.filter(({ name }) => name.startsWith(contentName(""))),
		predicateType: TEST_RESULT,
		predicate: {
			result: outcomeOf(warnedTests, failedTests),
			configuration: [
				{
					name: "certificate",
					digest: { sha256: payloadDigest(certificate.payload) },
				},
			],
			passedTests,
			warnedTests,
			failedTests,
			deepdiva_replay: {
				level: levelOf(
					result.parts,
					environmentOf(predicate),
					result.environment,
				),
				...(tolerance === undefined ? {} : { tolerance }),
				environment: result.environment,
				finishedOn: new Date().toISOString(),
			},
		},
	};
}

const outcomeOf = (
	warned: readonly string[],
	failed: readonly string[],
): Reproduction["result"] =>
	failed.length > 0 ? "FAILED" : warned.length > 0 ? "WARNED" : "PASSED";

/** What the certified run ran on. */
export function environmentOf({
	buildDefinition,
}: Provenance): Readonly<Record<string, unknown>> {
	const environment = buildDefinition.internalParameters?.environment;
	return isObject(environment) ? environment : {};
}

/**
 * Checks what the predicate demands, and that its parts agree with each other.
 * @throws StatementError that names the place
 */
export function readReproduction(
	statement: Statement,
): Statement<Reproduction> {
	const { predicate } = statement;
	if (!isObject(predicate) || !isSet(predicate))
		return refuse("predicate", "is missing");
	const { result, configuration, deepdiva_replay: replay } = predicate;
	if (!["PASSED", "WARNED", "FAILED"].includes(result as string))
		refuse("predicate.result", "is not PASSED, WARNED or FAILED");
	checkDescriptors(configuration, "predicate.configuration");
	const [first] = Array.isArray(configuration) ? configuration : [];
	if (!/^[0-9a-f]{64}$/.test(first?.digest?.sha256))
		refuse(
			"predicate.configuration",
			"does not name a certificate by its sha256",
		);
	const lists = ["passedTests", "warnedTests", "failedTests"].map((name) => {
		const list = predicate[name] ?? [];
		if (!Array.isArray(list) || list.some((one) => typeof one !== "string"))
			return refuse(`predicate.${name}`, "is not a list of texts");
		return list as string[];
	});
	const [passed = [], warned = [], failed = []] = lists;
	if (
		result !== outcomeOf(warned, failed) ||
		passed.length + warned.length + failed.length === 0
	)
		refuse("predicate.result", "does not follow from the tests");
	if (!isObject(replay) || !isObject(replay.environment))
		return refuse("predicate.deepdiva_replay", "is not about a replay");
	requireTimestamp(replay.finishedOn, "predicate.deepdiva_replay.finishedOn");
	if (warned.length > 0 && typeof replay.tolerance !== "number")
		refuse("predicate.deepdiva_replay.tolerance", "is not a number");
	return {
		...statement,
		predicate: {
			passedTests: [],
			warnedTests: [],
			failedTests: [],
			...predicate,
		},
	} as Statement<unknown> as Statement<Reproduction>;
}

/**
 * The level that a statement's own facts allow it to claim.
 * @param recorded what the certified run ran on
 */
export function allowedLevel(
	{ result, deepdiva_replay: { environment } }: Reproduction,
	recorded: Readonly<Record<string, unknown>>,
): Level {
	if (result === "FAILED") return "different";
	return result === "WARNED"
		? "tolerance only"
		: placeOf(recorded, environment);
}
