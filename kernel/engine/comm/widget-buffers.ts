/**
 * Binary values of a widget's state travel beside the JSON, with the path of
 * each. Under a key the state then has nothing, in a list null.
 * https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */

export type BufferPath = readonly (string | number)[];

interface Separated {
	/** A copy without the binary values; the given state is left as it is. */
	readonly state: Readonly<Record<string, unknown>>;
	readonly paths: readonly BufferPath[];
	/** One for each path, in the same order. */
	readonly buffers: readonly Uint8Array[];
}

/** Takes the binary values (typed arrays, DataViews, ArrayBuffers) out of a state. */
export function separateBuffers(
	state: Readonly<Record<string, unknown>>,
): Separated {
	const paths: BufferPath[] = [];
	const buffers: Uint8Array[] = [];
	const take = (value: unknown, path: BufferPath): unknown => {
		const bytes = bytesOf(value);
		if (bytes) {
			paths.push(path);
			buffers.push(bytes);
			return undefined;
		}
		if (Array.isArray(value))
			return value.map((item, i) => take(item, [...path, i]) ?? null);
		if (!isPlain(value)) return value;
		return Object.fromEntries(
			Object.entries(value)
				.map(([key, item]) => [key, take(item, [...path, key])])
				.filter(([, item]) => item !== undefined),
		);
	};
	return {
		state: take(state, []) as Separated["state"],
		paths,
		buffers,
	};
}

/**
 * Puts binary values back.
 * @returns a copy; paths that lead nowhere are left out
 */
export function joinBuffers(
	state: Readonly<Record<string, unknown>>,
	paths: readonly BufferPath[],
	buffers: readonly Uint8Array[],
): Record<string, unknown> {
	const joined = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
	for (const [i, path] of paths.entries()) {
		const last = path.at(-1);
		let holder: unknown = joined;
		// Own keys only: a path through __proto__ would change all objects.
		for (const key of path.slice(0, -1))
			holder =
				isHolder(holder) && Object.hasOwn(holder, key)
					? holder[key]
					: undefined;
		if (isHolder(holder) && last !== undefined) holder[last] = buffers[i];
	}
	return joined;
}

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
	typeof value === "object" && value !== null;

function isPlain(value: unknown): value is Record<string, unknown> {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

function bytesOf(value: unknown): Uint8Array | undefined {
	if (ArrayBuffer.isView(value))
		return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
	return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}
