/** A reference to another entity of the crate, or of the web. */
export interface Reference {
	readonly "@id": string;
}

type Value = string | Reference;

/** One entity of the flat graph of a crate. */
export interface Entity {
	readonly "@id": string;
	readonly "@type": string | readonly string[];
	readonly [property: string]: Value | readonly Value[];
}

/** The content of `ro-crate-metadata.json`. */
export interface Crate {
	readonly "@context": string | readonly string[];
	readonly "@graph": readonly Entity[];
}

export const METADATA_FILE = "ro-crate-metadata.json";
/** @see https://www.researchobject.org/ro-crate/specification/1.1/ */
export const RO_CRATE = "https://w3id.org/ro/crate/1.1";
/** @see https://www.researchobject.org/workflow-run-crate/profiles/process_run_crate/ */
export const PROCESS_RUN_CRATE = "https://w3id.org/ro/wfrun/process/0.5";

export const refer = (id: string): Reference => ({ "@id": id });

/**
 * A single value stands alone and not in a list, as in JSON-LD's compacted
 * form.
 */
export function compact<T>(values: readonly T[]): T | readonly T[] {
	return values.length === 1 ? (values[0] as T) : values;
}
