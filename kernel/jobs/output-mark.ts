import type { Output } from "../protocol/requests.ts";

/** Of outputs that are shown to nobody: where those of a member begin (its index), or end (null). */
const MARK_TYPE = "application/vnd.deepdiva.member+json";

/** What a worker's engine sends between the outputs of its members. */
export const markOutput = (index: number | undefined): Output => ({
	type: "display_data",
	data: { [MARK_TYPE]: index ?? null },
	metadata: {},
	transient: {},
});

/** Undefined for an output that is to be shown. */
export const markIn = (
	output: Output,
): { readonly index: unknown } | undefined =>
	output.type === "display_data" && Object.hasOwn(output.data, MARK_TYPE)
		? { index: output.data[MARK_TYPE] }
		: undefined;
