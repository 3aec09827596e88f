import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	type DataId,
	type DataType,
	engine,
	type TensorInfo,
	util,
	type Variable,
} from "@tensorflow/tfjs-core";
import { currentStreams } from "../../experiment/random/scope.ts";
import { runningKernel } from "../backend/wasm-guard.ts";
import {
	kernelSignatures,
	listening,
} from "../backend/wasm-kernels/library.ts";

/** Values of a tensor while a step runs. Several tensors may share them. */
export interface Values {
	readonly bytes: number;
	readonly dtype: DataType;
	/** What JavaScript wrote into them before any kernel read them. */
	readonly written?: Uint8Array;
	/** There before the step began. */
	readonly isOlder: boolean;
}

/** Where a pointer points: so many bytes behind the beginning of some values. */
export interface Place {
	readonly values: Values;
	readonly offset: number;
}

/** A call of a kernel. */
export interface KernelCall {
	readonly name: string;
	readonly args: readonly (number | Place)[];
}

/** A variable that was assigned to in the step. */
export interface Assigned {
	readonly variable: Variable;
	readonly before: Values;
	readonly after: Values;
}

/** What a step consists of. */
export interface Recording {
	readonly calls: readonly KernelCall[];
	readonly assigned: readonly Assigned[];
	/** The values of a tensor that the step was given, made, or left behind. */
	valuesOf(tensor: Pick<TensorInfo, "dataId">): Values | undefined;
}

/** Why a step could not be recorded. */
export interface Unrecorded {
	readonly problem: string;
}

interface Hooked {
	getMemoryOffset(dataId: DataId): number;
	move: (...args: MoveArguments) => void;
	readSync(...args: unknown[]): unknown;
	read(...args: unknown[]): unknown;
	typedArrayFromHeap(tensor: TensorInfo): unknown;
	readonly dataIdMap: {
		get(dataId: DataId): { shape: number[]; dtype: DataType };
		set(dataId: DataId, data: unknown): void;
	};
}

type MoveArguments = [
	dataId: DataId,
	values: ArrayBufferView | null,
	shape: number[],
	dtype: DataType,
	refCount: number,
];

/** Some values in the memory of the backend, while they are there. */
interface Placed {
	readonly at: number;
	readonly values: Values;
}

/** Numbers that were drawn so far. */
const drawCount = (): number =>
	Object.values(currentStreams()?.draws() ?? {}).reduce(
		(sum, count) => sum + count,
		0,
	);

/**
 * Runs a step on the wasm backend and takes down which kernels it calls on what. The
 * step computes what it would without. It is recorded as long as everything in it is done by
 * kernels of our library: what JavaScript computes, what it decides by values that it
 * reads, and what kernels of TensorFlow.js compute, cannot be replayed, and is the reason given.
 */
export function record<Result>(
	backend: BackendWasm,
	step: () => Result,
): { readonly result: Result; readonly recorded: Recording | Unrecorded } {
	const hooked = backend as unknown as Hooked;
	const known = new Map<DataId, Values>();
	const older = new Set<Values>();
	/** Written whole or in part by JavaScript or a kernel. */
	const filled = new Set<Values>();
	/** With the kernel that made it. */
	const made = new Map<DataId, string>();
	const makers = new Map<Values, string>();
	const placed = new Map<number, Placed>();
	const calls: KernelCall[] = [];
	let problem: string | undefined;
	const fail = (why: string) => {
		problem ??= why;
	};

	const valuesOf = (dataId: DataId, written?: Uint8Array): Values => {
		let values = known.get(dataId);
		if (values) return values;
		const { shape, dtype } = hooked.dataIdMap.get(dataId);
		const bytes = util.sizeFromShape(shape) * util.bytesPerElement(dtype);
		const isOlder = !made.has(dataId);
		values = { bytes, dtype, isOlder, ...(written ? { written } : {}) };
		known.set(dataId, values);
		makers.set(values, made.get(dataId) ?? "");
		if (isOlder) older.add(values);
		if (isOlder || written) filled.add(values);
		return values;
	};
	const placeOf = (pointer: number): Place | undefined => {
		const exact = placed.get(pointer);
		if (exact) return { values: exact.values, offset: 0 };
		// The latest that covers it: memory is used again.
		let found: Placed | undefined;
		for (const one of placed.values())
			if (pointer >= one.at && pointer < one.at + one.values.bytes) found = one;
		return found && { values: found.values, offset: pointer - found.at };
	};
	const signatures = kernelSignatures();
	const listen = (name: string, args: readonly number[]) => {
		if (problem !== undefined) return;
		const { pointers, written } = signatures[name] as NonNullable<
			(typeof signatures)[string]
		>;
		// It tells how much room a kernel needs, and computes nothing.
		if (pointers.length === 0) return;
		const own: (number | Place)[] = [...args];
		for (const at of pointers) {
			const place = placeOf(args[at] as number);
			if (!place) return fail(`${name} computes where no tensor is`);
			if (!written.includes(at) && !filled.has(place.values))
				return fail(
					`the kernel ${makers.get(place.values)} of TensorFlow.js computes a part of it, which cannot be recorded`,
				);
			own[at] = place;
		}
		for (const at of written) {
			const { values } = own[at] as Place;
			if (older.has(values)) return fail(`${name} changes a tensor in place`);
			filled.add(values);
		}
		calls.push({ name, args: own });
	};

	const drawn = drawCount();
	const variables = Object.values(engine().registeredVariables);
	const before = new Map(
		variables.map((variable) => [variable, variable.dataId]),
	);
	const original = {
		getMemoryOffset: hooked.getMemoryOffset,
		move: hooked.move,
		readSync: hooked.readSync,
		read: hooked.read,
		typedArrayFromHeap: hooked.typedArrayFromHeap,
		set: hooked.dataIdMap.set,
	};
	hooked.getMemoryOffset = (dataId) => {
		const at = original.getMemoryOffset.call(backend, dataId);
		const values = valuesOf(dataId);
		// Behind those that were here before.
		placed.delete(at);
		placed.set(at, { at, values });
		return at;
	};
	hooked.dataIdMap.set = (dataId, data) => {
		made.set(dataId, runningKernel());
		original.set.call(hooked.dataIdMap, dataId, data);
	};
	hooked.move = (...args) => {
		original.move.apply(backend, args);
		const [dataId, values] = args;
		if (values)
			valuesOf(
				dataId,
				new Uint8Array(
					values.buffer,
					values.byteOffset,
					values.byteLength,
				).slice(),
			);
	};
	const refuse = (name: "readSync" | "read", why: string) => {
		hooked[name] = (...args) => {
			fail(why);
			return original[name].apply(backend, args);
		};
	};
	refuse("readSync", "its values are read in the midst of it");
	refuse("read", "its values are read in the midst of it");
	hooked.typedArrayFromHeap = (tensor) => {
		fail("a part of it is computed in JavaScript");
		return original.typedArrayFromHeap.call(backend, tensor);
	};
	let result: Result;
	try {
		result = listening(backend, listen, step);
	} finally {
		const own = hooked as unknown as Record<string, unknown>;
		for (const name of [
			"getMemoryOffset",
			"move",
			"readSync",
			"read",
			"typedArrayFromHeap",
		])
			delete own[name];
		delete (hooked.dataIdMap as { set?: unknown }).set;
	}
	// The second time may draw what the first did: a mask of few values, say.
	if (drawCount() !== drawn) fail("it draws random numbers");
	if (problem === undefined)
		for (const name of Object.keys(engine().registeredVariables))
			if (!before.has(engine().registeredVariables[name] as Variable))
				fail("it makes variables");
	if (problem !== undefined) return { result, recorded: { problem } };
	const assigned: Assigned[] = [];
	for (const [variable, dataId] of before) {
		if (variable.isDisposed || variable.dataId === dataId) continue;
		assigned.push({
			variable,
			before: known.get(dataId) ?? {
				bytes: variable.size * 4,
				dtype: variable.dtype,
				isOlder: true,
			},
			after: valuesOf(variable.dataId),
		});
	}
	return {
		result,
		recorded: {
			calls,
			assigned,
			valuesOf: ({ dataId }) => known.get(dataId),
		},
	};
}
