/** A line of a stack, as V8 writes it. */
export interface FrameLine {
	/** The function, with what V8 puts before it; empty at the top of a module. */
	readonly caller: string;
	/** Is the place itself marked as awaited, with no function before it? */
	readonly isAsync: boolean;
	readonly location: string;
	/** 1-based. */
	readonly line: number;
	readonly column: number;
}

const POSITION = /:(\d+):(\d+)\)?$/;
const LINE_END = /[\n\r\u2028\u2029]/;
const ASYNC = "async ";

/**
 * Reads `at caller (location:line:column)`; undefined for a line that names no
 * place in a file. Code can set `error.stack` to anything, so the time this
 * takes grows only linearly with the text.
 */
export function parseFrameLine(text: string): FrameLine | undefined {
	const frame = text.trimStart();
	if (!frame.startsWith("at ") || LINE_END.test(frame)) return undefined;
	const position = POSITION.exec(frame);
	if (!position) return undefined;
	const site = frame.slice("at ".length, position.index);
	const bracket = site.indexOf(" (");
	const isCalled = bracket >= 0 && bracket + 2 < site.length;
	const place = isCalled ? site.slice(bracket + 2) : site;
	if (place === "") return undefined;
	const isAsync = place.startsWith(ASYNC) && place !== ASYNC;
	return {
		caller: isCalled ? site.slice(0, bracket) : "",
		isAsync,
		location: isAsync ? place.slice(ASYNC.length) : place,
		line: Number(position[1]),
		column: Number(position[2]),
	};
}
