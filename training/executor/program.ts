import {
	type AnyKernel,
	kernelSignatures,
	libraryOn,
} from "../backend/wasm-kernels/library.ts";
import { type Lifetime, plan } from "./memory-plan.ts";
import type { KernelCall, Recording, Values } from "./recording.ts";

const PAGE = 1 << 16;
/** Places begin at multiples of it: a line of the cache. */
const ALIGNED = 64;

/**
 * Memory of programs. What is kept has its place as long as the room lives. Behind it is what
 * they compute on the way: one runs at a time, so they share it.
 */
export class Room {
	readonly #memory = new WebAssembly.Memory({ initial: 2 });
	readonly library = libraryOn<Record<string, AnyKernel>>(this.#memory);
	/** The first page is left alone. */
	#end = PAGE;
	#shared = 0;

	/** @returns where there are so many bytes that are nobody else's */
	keep(bytes: number): number {
		const at = this.#end;
		this.#end += Math.ceil(bytes / ALIGNED) * ALIGNED;
		this.#grow();
		return at;
	}

	/** Makes room for so many bytes behind all that is kept. */
	share(bytes: number): void {
		this.#shared = Math.max(this.#shared, bytes);
		this.#grow();
	}

	/** Where what is shared begins. */
	get shared(): number {
		return this.#end;
	}

	#grow(): void {
		const end = this.#end + this.#shared;
		const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
		if (missing > 0) this.#memory.grow(missing);
	}

	/** A view, until the room grows. */
	bytes(at: number, size: number): Uint8Array {
		return new Uint8Array(this.#memory.buffer, at, size);
	}

	floats(at: number, size: number): Float32Array {
		return new Float32Array(this.#memory.buffer, at, size);
	}
}

/** Whether a call writes what is needed. */
const writesTo = ({ name, args }: KernelCall, needed: ReadonlySet<Values>) =>
	kernelSignatures()[name]?.written.some((at) => {
		const place = args[at];
		return typeof place === "object" && needed.has(place.values);
	}) ?? false;

/** The calls that outputs depend on, in their order. */
function neededFor(
	calls: readonly KernelCall[],
	outputs: Iterable<Values>,
): KernelCall[] {
	const needed = new Set(outputs);
	const kept: KernelCall[] = [];
	for (const call of calls.toReversed()) {
		if (!writesTo(call, needed)) continue;
		kept.push(call);
		for (const arg of call.args)
			if (typeof arg === "object") needed.add(arg.values);
	}
	return kept.reverse();
}

export interface ProgramParts {
	readonly recording: Recording;
	/** Values whose places are given: of variables, and of what each run is given anew. */
	readonly places: ReadonlyMap<Values, number>;
	/** What is read after each run. */
	readonly outputs: readonly Values[];
}

/** A step that was recorded, as a list of calls on the memory of a room. */
export class Program {
	readonly #room: Room;
	readonly #calls: readonly KernelCall[];
	/** Where values are that have a place of their own. */
	readonly #kept: Map<Values, number>;
	/** What variables come to, which is theirs when the next run begins. */
	readonly #assigned: Recording["assigned"];
	/** Where the others are, behind what is kept. */
	readonly #offsets: ReadonlyMap<Values, number>;
	#linked: { readonly kernel: AnyKernel; readonly args: number[] }[] = [];
	#linkedTo = -1;

	/** @throws Error if the step reads a tensor that is in none of the places */
	constructor(room: Room, { recording, places, outputs }: ProgramParts) {
		this.#room = room;
		const { assigned } = recording;
		const results = [...outputs, ...assigned.map(({ after }) => after)];
		this.#calls = neededFor(recording.calls, results);
		this.#kept = new Map(places);
		const lifetimes = new Map<Values, Lifetime>();
		const mention = (values: Values, at: number) => {
			if (this.#kept.has(values)) return;
			if (values.written) {
				const place = room.keep(values.bytes);
				room.bytes(place, values.bytes).set(values.written);
				this.#kept.set(values, place);
				return;
			}
			if (values.isOlder)
				throw new Error("it reads a tensor that is none of its own");
			const first = lifetimes.get(values)?.first ?? at;
			lifetimes.set(values, { bytes: values.bytes, first, last: at });
		};
		for (const [at, { args }] of this.#calls.entries())
			for (const arg of args)
				if (typeof arg === "object") mention(arg.values, at);
		for (const values of results) mention(values, this.#calls.length);
		const { offsets, bytes } = plan(lifetimes);
		this.#offsets = offsets;
		room.share(bytes);
		this.#assigned = assigned;
	}

	/** Does a run leave other values in variables? */
	get changesVariables(): boolean {
		return this.#assigned.length > 0;
	}

	/** Where the values are, in bytes, until something is kept in the room. */
	at(values: Values): number {
		const kept = this.#kept.get(values);
		if (kept !== undefined) return kept;
		return this.#room.shared + (this.#offsets.get(values) as number);
	}

	#link(): void {
		const { library, shared } = this.#room;
		this.#linked = this.#calls.map(({ name, args }) => ({
			kernel: library[name] as AnyKernel,
			args: args.map((arg) =>
				typeof arg === "number" ? arg : this.at(arg.values) + arg.offset,
			),
		}));
		for (const { before, after } of this.#assigned)
			this.#linked.push({
				kernel: library.copyStrided as AnyKernel,
				// biome-ignore format: sizes, strides there, strides here
				args: [this.at(after), this.at(before), 1, 1, 1, 1, before.bytes, 0, 0, 0, 1, 0, 0, 0, 1],
			});
		this.#linkedTo = shared;
	}

	run(): void {
		if (this.#linkedTo !== this.#room.shared) this.#link();
		for (const { kernel, args } of this.#linked) kernel(...args);
	}

	/** How many kernels a run calls. */
	get length(): number {
		return this.#calls.length;
	}
}
