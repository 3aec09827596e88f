import { isIdentical } from "../compare.ts";
import { type Place, placeOf } from "../place.ts";
import type { ReplayResult } from "../replay.ts";
import { isObject } from "./json.ts";
import { isSet, refuse, requireTimestamp } from "./statement.ts";

/** How far its signer went: signed what a record says, or had the run computed again before. */
export type StatedLevel =
	| { readonly level: "recorded" }
	| {
			readonly level: "replayed";
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
	if (!replay) return { level: "recorded" };
	const { environment, parts, failure } = replay;
	if (!environment || failure !== undefined || !isIdentical(parts))
		throw new Error("a replay that is not identical gives no level");
	return {
		level: "replayed",
		finishedOn: new Date().toISOString(),
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

/**
 * Reads a stated level; who states none has signed what was recorded.
 * @throws StatementError that names the place
 */
export function readLevel(value: unknown, place: string): StatedLevel {
	if (!isSet(value)) return { level: "recorded" };
	if (!isObject(value)) return refuse(place, "is not an object");
	if (value.level === "recorded") return { level: "recorded" };
	if (value.level !== "replayed")
		refuse(`${place}.level`, "is neither recorded nor replayed");
	requireTimestamp(value.finishedOn, `${place}.finishedOn`);
	if (typeof value.interpreter !== "string")
		refuse(`${place}.interpreter`, "is not a text");
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
