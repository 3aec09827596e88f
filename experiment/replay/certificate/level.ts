import { isObject } from "../../../base/json-object.ts";
import { isIdentical } from "../compare.ts";
import { type Place, placeOf } from "../place.ts";
import type { ReplayResult } from "../replay.ts";
import { isSet, refuse, requireTimestamp } from "./statement.ts";

/** How far its signer went: signed what a record says, or had the run computed again before. */
export type StatedLevel =
	| {
			readonly level: "recorded";
			/** By the signer's clock; earlier versions did not say. */
			readonly signedOn?: string;
	  }
	| {
			readonly level: "replayed";
			readonly signedOn?: string;
			readonly finishedOn: string;
			/** E.g. "node 24.21.0, linux x64". */
			readonly interpreter: string;
			/** Where, seen from the run. */
			readonly place: Place;
			/** What was compared, and identical. */
			readonly parts: readonly string[];
	  };

/** A certificate's level, as its reader may take it: with whose word stands behind it. */
export type CertificateLevel =
	| { readonly level: "recorded" }
	| {
			readonly level: "replayed";
			/** The fingerprint of who had it replayed. */
			readonly by: string;
			readonly finishedOn: string;
			readonly interpreter: string;
			readonly place: Place;
	  };

/** What an environment says of the interpreter. */
export function interpreterOf(
	environment: Readonly<Record<string, unknown>>,
): string {
	const [node, platform, arch] = ["node", "platform", "arch"].map((name) =>
		typeof environment[name] === "string" ? environment[name] : "unknown",
	);
	return `node ${node}, ${platform} ${arch}`;
}

/**
 * The level that a signer states.
 * @param replay of the run, just now, identical in every part; without one nothing was computed again
 */
export function statedLevel(
	recorded: Readonly<Record<string, unknown>>,
	replay: ReplayResult | undefined,
): StatedLevel {
	const signedOn = new Date().toISOString();
	if (!replay) return { level: "recorded", signedOn };
	const { environment, parts, failure } = replay;
	if (!environment || failure !== undefined || !isIdentical(parts))
		throw new Error("a replay that is not identical gives no level");
	return {
		level: "replayed",
		signedOn,
		finishedOn: signedOn,
		interpreter: interpreterOf(environment),
		place: placeOf(recorded, environment),
		parts: parts.map(({ part }) => part),
	};
}

const PLACES: readonly Place[] = [
	"same machine",
	"other machine",
	"other engine or architecture",
];

/** As `interpreterOf` writes it: what stands in the certificate's first line has no words of the signer's. */
const INTERPRETER = /^node [\w.+-]{1,40}, \w{1,20} \w{1,20}$/;

/**
 * Reads a stated level; who states none has signed what was recorded.
 * @throws StatementError that names the place
 */
export function readLevel(value: unknown, place: string): StatedLevel {
	if (!isSet(value)) return { level: "recorded" };
	if (!isObject(value)) return refuse(place, "is not an object");
	const { signedOn } = value;
	if (isSet(signedOn)) requireTimestamp(signedOn, `${place}.signedOn`);
	if (value.level === "recorded")
		return {
			level: "recorded",
			...(typeof signedOn === "string" ? { signedOn } : {}),
		};
	if (value.level !== "replayed")
		refuse(`${place}.level`, "is neither recorded nor replayed");
	requireTimestamp(value.finishedOn, `${place}.finishedOn`);
	if (
		typeof value.interpreter !== "string" ||
		!INTERPRETER.test(value.interpreter)
	)
		refuse(
			`${place}.interpreter`,
			'is not an interpreter such as "node 24.21.0, linux x64"',
		);
	if (!PLACES.includes(value.place as Place))
		refuse(`${place}.place`, `is none of ${PLACES.join(", ")}`);
	const { parts } = value;
	if (
		!Array.isArray(parts) ||
		parts.length === 0 ||
		parts.some((part) => typeof part !== "string")
	)
		refuse(`${place}.parts`, "is not a list of texts");
	return value as unknown as StatedLevel;
}
