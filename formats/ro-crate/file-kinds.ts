/** What a file of a run folder is: its media type, and what to call it. */
export interface FileKind {
	readonly encodingFormat: string;
	readonly name: string;
}

const KINDS: readonly (readonly [RegExp, string, string])[] = [
	[/^run\.json$/, "application/json", "The record of the run"],
	[/^metrics\.jsonl$/, "application/jsonl", "Metrics, one line per step"],
	[/^cell\.ts$/, "application/typescript", "The cell that was executed"],
	[/^script\.ts$/, "application/typescript", "The script that was executed"],
	[
		/^cells\.json$/,
		"application/json",
		"The cells that were executed before, in order",
	],
	[/^code\.bundle$/, "application/x-git-bundle", "The code around the run"],
	[/^std(out|err)\.log$/, "text/plain", "What the run printed"],
	[
		/^artifacts\/.*model\.json$/,
		"application/json",
		"A model in TensorFlow.js layers format",
	],
	[/\.bin$/, "application/octet-stream", "Weights of a model"],
	[/\.npy$/, "application/x-npy", "A tensor in NumPy format"],
	[/^pictures\//, "application/json", "The data of a picture"],
	[/\.txt$|\.log$/, "text/plain", "A text"],
	[/\.json$/, "application/json", "A value as JSON"],
];

/** @param path relative to the run folder */
export function fileKind(path: string): FileKind {
	const kind = KINDS.find(([pattern]) => pattern.test(path));
	return kind
		? { encodingFormat: kind[1], name: `${kind[2]} (${path})` }
		: { encodingFormat: "application/octet-stream", name: path };
}
