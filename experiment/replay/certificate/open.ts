import { isObject } from "../../../base/json-object.ts";
import type { KeyObject } from "../../../host/signatures.ts";
import { type Envelope, STATEMENT_TYPE, signersOf } from "./dsse.ts";
import { parseUnambiguousJson } from "./json.ts";
import { keyId, type TrustedKey } from "./keys.ts";
import { BUILD_TYPE, PROVENANCE } from "./provenance.ts";
import { TEST_RESULT } from "./reproduction.ts";

/** What became of an envelope. */
export type Opened =
	| {
			readonly kind: "signed";
			/** Fingerprints. */
			readonly signers: readonly string[];
			/** A statement about a run or a replay, to be read. */
			readonly value: unknown;
	  }
	/** It claims to be ours, and is not as it was signed. */
	| { readonly kind: "broken"; readonly why: string }
	/** A bundle may hold what its reader does not know. */
	| {
			readonly kind: "ignored";
			readonly why: string;
			readonly unknownSigner?: boolean;
	  };

/** Verifies an envelope's signatures, then looks at what it holds. */
export function openEnvelope(
	envelope: Envelope,
	trusted: readonly TrustedKey[],
): Opened {
	if (!STATEMENT_TYPES.includes(envelope.payloadType))
		return {
			kind: "ignored",
			why: `has a payload of another type, ${JSON.stringify(envelope.payloadType)}`,
		};
	const keys = trusted.filter(
		(key): key is KeyObject => typeof key !== "string",
	);
	const signers = signersOf(envelope, keys).map(keyId);
	if (signers.length === 0)
		return envelope.signatures.some(({ publicKey }) => publicKey)
			? { kind: "broken", why: "the signature does not verify" }
			: {
					kind: "ignored",
					why: "is signed with a key that is not known here",
					unknownSigner: true,
				};
	// From here on the bytes are those that were signed.
	let value: unknown;
	try {
		value = parseUnambiguousJson(envelope.payload);
	} catch (error) {
		return {
			kind: "broken",
			why: `the payload is no JSON that all read alike: ${(error as Error).message}`,
		};
	}
	if (!isObject(value))
		return { kind: "broken", why: "the payload is not an object" };
	return isOurs(value)
		? { kind: "signed", signers, value }
		: {
				kind: "ignored",
				why: `is a statement of another kind, ${JSON.stringify(value.predicateType)}`,
			};
}
/** With and without the name of the predicate. */
const STATEMENT_TYPES = [
	STATEMENT_TYPE,
	"application/vnd.in-toto.provenance+json",
	"application/vnd.in-toto.test-result+json",
];

/** A provenance or test result of another program's is valid, and not our business. */
function isOurs({
	predicateType,
	predicate,
}: Record<string, unknown>): boolean {
	if (predicateType === TEST_RESULT)
		return isObject(predicate) && "deepdiva_replay" in predicate;
	if (predicateType !== PROVENANCE) return typeof predicateType !== "string";
	const definition = isObject(predicate)
		? predicate.buildDefinition
		: undefined;
	const type = isObject(definition) ? definition.buildType : undefined;
	return typeof type !== "string" || type === "" || type === BUILD_TYPE;
}
