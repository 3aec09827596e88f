import { canonicalJson } from "../../../../base/canonical.ts";
import { isObject } from "../../../../base/json-object.ts";
import type { StoredRun } from "../../../record/store/store.ts";
import { MEASURED, type Provenance, provenanceOf } from "../provenance.ts";
import type { ResourceDescriptor, Statement } from "../statement.ts";
import type { Check } from "./check.ts";

/**
 * Computes the whole statement anew from the record, and compares: what is
 * missing or different is broken; what no statement of ours has is told, since
 * nothing vouches for it but the signer. What is in it besides is the signer's
 * own: the level, and the interpreter as it was measured.
 */
export function checkClaims(
	statement: Statement<Provenance>,
	stored: StoredRun,
): { readonly checks: Check[]; readonly unchecked: string[] } {
	const { level } =
		statement.predicate.buildDefinition.internalParameters ?? {};
	const follows = provenanceOf(stored, { level: "recorded" });
	const found = [...differences(ofRecord(statement), ofRecord(follows), "")];
	return {
		checks: found
			.filter(({ kind }) => kind !== "more")
			.map(({ place, kind }) => ({
				what: place,
				status: "broken",
				detail:
					kind === "missing"
						? "is on record and was not certified"
						: "is not what was certified",
			})),
		unchecked: [
			...found.filter(({ kind }) => kind === "more").map(({ place }) => place),
			...Object.keys(isObject(level) ? level : {})
				.filter((name) => !LEVEL_FIELDS.includes(name))
				.map(
					(name) =>
						`predicate.buildDefinition.internalParameters.level.${name}`,
				),
		],
	};
}

const LEVEL_FIELDS = [
	"level",
	"signedOn",
	"finishedOn",
	"interpreter",
	"place",
	"parts",
];

/** Without what does not follow from a record. */
function ofRecord({ predicate, ...rest }: Statement<Provenance>): unknown {
	const { buildDefinition } = predicate;
	const { level: _, ...internalParameters } =
		buildDefinition.internalParameters ?? {};
	return {
		...rest,
		predicate: {
			...predicate,
			buildDefinition: {
				...buildDefinition,
				internalParameters,
				resolvedDependencies:
					buildDefinition.resolvedDependencies?.map(asOnRecord),
			},
		},
	};
}

/** The interpreter was measured where the run was certified: only that it was. */
function asOnRecord(one: ResourceDescriptor): ResourceDescriptor {
	const { digest, annotations, ...node } = one;
	return one.name === "node" &&
		Object.keys(digest ?? {}).join() === "sha256" &&
		canonicalJson(annotations ?? {}) === canonicalJson(MEASURED)
		? node
		: one;
}

interface Difference {
	readonly place: string;
	/** `more`: a field that no statement of ours has. */
	readonly kind: "missing" | "different" | "more";
}

/** Objects whose names are the run's: in these a further one is a claim about the run. */
const OPEN =
	/(^|\.)(version|digest|annotations|parameters|overrides|environment)$/;

function* differences(
	certified: unknown,
	follows: unknown,
	place: string,
): Generator<Difference> {
	if (Array.isArray(certified) && Array.isArray(follows)) {
		if (certified.length !== follows.length)
			return yield { place, kind: "different" };
		for (const [index, one] of certified.entries())
			yield* differences(one, follows[index], `${place}[${index}]`);
		return;
	}
	if (!isObject(certified) || !isObject(follows)) {
		if (canonicalJson(certified) !== canonicalJson(follows))
			yield { place, kind: "different" };
		return;
	}
	const names = new Set([...Object.keys(certified), ...Object.keys(follows)]);
	for (const name of names) {
		const inner = place === "" ? name : `${place}.${name}`;
		if (!Object.hasOwn(certified, name))
			yield { place: inner, kind: "missing" };
		else if (!Object.hasOwn(follows, name))
			yield {
				place: inner,
				kind: OPEN.test(place) || OPEN.test(inner) ? "different" : "more",
			};
		else yield* differences(certified[name], follows[name], inner);
	}
}
