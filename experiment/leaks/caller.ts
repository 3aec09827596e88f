/** A position in a script, as V8 knows it (1-based). */
export interface Caller {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** Between the caller and us may be functions of the language, such as `map`. */
const FRAMES = 8;

/** For `Error.prepareStackTrace`: the frames as V8 has them. */
export const rawSites = (_: unknown, sites: NodeJS.CallSite[]) => sites;

/**
 * Who called `callee`: the nearest script above it, or undefined when it was
 * called by no script. Takes some microseconds.
 */
export function callerOf(
	callee: (...args: never[]) => unknown,
): Caller | undefined {
	const { prepareStackTrace, stackTraceLimit } = Error;
	Error.prepareStackTrace = rawSites;
	Error.stackTraceLimit = FRAMES;
	const holder: { stack?: unknown } = {};
	Error.captureStackTrace(holder, callee);
	// Made when it is read.
	const sites = holder.stack as readonly NodeJS.CallSite[];
	Error.prepareStackTrace = prepareStackTrace;
	Error.stackTraceLimit = stackTraceLimit;
	for (const site of sites) {
		const file = site.getFileName();
		const line = site.getLineNumber();
		if (file && line !== null)
			return { file, line, column: site.getColumnNumber() ?? 1 };
	}
	return undefined;
}
