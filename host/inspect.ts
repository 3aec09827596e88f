import { types as nodeTypes } from "node:util";

export { type InspectOptions, inspect, isDeepStrictEqual } from "node:util";

/** What a value was made as, whatever its prototype says and without running its code. */
export const types: Pick<
	typeof nodeTypes,
	| "isAnyArrayBuffer"
	| "isBoxedPrimitive"
	| "isDate"
	| "isGeneratorObject"
	| "isMap"
	| "isNativeError"
	| "isPromise"
	| "isProxy"
	| "isRegExp"
	| "isSet"
	| "isStringObject"
	| "isWeakMap"
	| "isWeakSet"
> = nodeTypes;
