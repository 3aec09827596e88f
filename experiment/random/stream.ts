import { UsageError } from "../../base/errors.ts";
import { createHash } from "../../host/hash.ts";
import { RECORD_FORMAT, type RecordFormat } from "../record-format.ts";
import { type GeneratorName, openGenerator } from "./generators.ts";
import { BATCH, fillUniforms } from "./uniforms.ts";
import { isVaried, type VariedStreams } from "./varied.ts";

/**
 * An endless sequence of random numbers, fixed by a seed and a name.
 * Drawing from one stream never moves another.
 */
export interface Stream {
	readonly name: string;
	/** How many doubles were drawn so far. */
	readonly draws: number;
	/** Uniform in [0, 1) with 53 random bits, as `Math.random`. */
	next(): number;
	/** Goes to where `count` doubles have been drawn, onwards or back. */
	seek(count: number): void;
}

/**
 * The stream `name` under `seed`; equal arguments give equal sequences on every machine.
 * @param generator another than Philox4x32-10, for code that wants it
 */
export function openStream(
	seed: string,
	name: string,
	generator: GeneratorName = "philox",
): Stream {
	const hash = createHash("sha256").update(`${seed}\0${name}`);
	if (generator !== "philox") {
		const own = hash.digest("hex");
		return counted(name, () => openGenerator(generator, own));
	}
	const { buffer, byteOffset } = hash.digest();
	const key = new DataView(buffer, byteOffset);
	return philoxStream(name, key.getUint32(0, true), key.getUint32(4, true));
}

function philoxStream(name: string, key0: number, key1: number): Stream {
	const batch = new Float64Array(BATCH);
	let used = BATCH;
	/** Filled so far, the present batch included. */
	let batches = 0;
	const fill = () => {
		const block = (batches * BATCH) / 2;
		const high = Math.floor(block / 0x100000000);
		fillUniforms(batch, block >>> 0, high, key0, key1);
		batches++;
		used = 0;
	};
	return {
		name,
		get draws() {
			return batches * BATCH - (BATCH - used);
		},
		next() {
			if (used === BATCH) fill();
			return batch[used++] as number;
		},
		seek(count) {
			batches = Math.floor(count / BATCH);
			fill();
			used = count % BATCH;
		},
	};
}

function counted(name: string, open: () => () => number): Stream {
	let draw = open();
	let draws = 0;
	return {
		name,
		get draws() {
			return draws;
		},
		next() {
			draws++;
			return draw();
		},
		seek(count) {
			draw = open();
			for (draws = 0; draws < count; draws++) draw();
		},
	};
}

/**
 * A stream that begins anew, under the new seed, when the seed has changed.
 * @param drawn called when it is drawn from for the first time
 */
export function followSeed(
	seed: () => string,
	name: string,
	generator?: GeneratorName,
	drawn: (stream: Stream) => void = () => undefined,
): Stream {
	let opened = seed();
	// Opened by the first draw: most cells draw nothing.
	let stream: Stream | undefined;
	let isDrawn = false;
	const current = () => {
		if (seed() !== opened) {
			opened = seed();
			stream = undefined;
		}
		stream ??= openStream(opened, name, generator);
		if (!isDrawn) drawn(self);
		isDrawn = true;
		return stream;
	};
	const self: Stream = {
		name,
		get draws() {
			return stream?.draws ?? 0;
		},
		next: () => current().next(),
		seek: (count) => current().seek(count),
	};
	return self;
}

export interface StreamSetOptions {
	/** Name of the stream that `Math.random` draws from. */
	readonly main?: string;
	/** Stands before the names of all others. */
	readonly prefix?: string;
	/** Those that follow another seed than the set's. */
	readonly varied?: VariedStreams | undefined;
	/** Was the seed chosen, so that ids and tokens may follow from it? Default: yes. */
	readonly isChosen?: () => boolean;
	/** By the rules of which format of records layers with seeds draw. Default: the present one. */
	readonly format?: () => RecordFormat;
	/**
	 * Told of each stream, by the name it is listed under: when it is opened, or,
	 * where the seed may change, when it is first drawn from. Most cells draw
	 * nothing, and nothing is to be kept of their streams.
	 */
	readonly opened?: (name: string, stream: Stream) => void;
}

/** Streams by name under one seed, each opened once: those of a run, or of a cell. */
export class StreamSet {
	readonly #seed: string | (() => string);
	readonly #prefix: string;
	readonly #options: StreamSetOptions;
	/** Shared with the sets of its tasks. */
	readonly #streams: Map<string, Stream>;
	/** Where streams begin that were not opened when their positions were set. */
	readonly #positions: Map<string, number>;
	/** Of each stream, its name without those of branches and generators. */
	readonly #ownNames: Map<string, string>;
	/** Such names of what was used without a draw here: by constants, and perhaps by workers. */
	readonly #used: Set<string>;
	readonly #tasks = new Map<string, StreamSet>();
	readonly #running = new Set<string>();
	readonly main: Stream;
	/** Do these belong to a task? */
	readonly isTask: boolean;
	#workers = 0;

	constructor(
		seed: string | (() => string),
		options: StreamSetOptions = {},
		parent?: StreamSet,
	) {
		this.#seed = seed;
		this.#options = options;
		this.#prefix = options.prefix ?? "";
		this.#streams = parent ? parent.#streams : new Map();
		this.#positions = parent ? parent.#positions : new Map();
		this.#ownNames = parent ? parent.#ownNames : new Map();
		this.#used = parent ? parent.#used : new Set();
		this.isTask = parent !== undefined;
		this.main = this.#open("main", options.main ?? "main");
	}

	get seed(): string {
		return typeof this.#seed === "string" ? this.#seed : this.#seed();
	}

	/** Those that follow another seed than this one. */
	get varied(): VariedStreams | undefined {
		return this.#options.varied;
	}

	/** May ids and tokens follow from the seed? */
	get isChosen(): boolean {
		return this.#options.isChosen?.() ?? true;
	}

	/** By whose rules those draw whose numbers have changed. */
	get format(): RecordFormat {
		return this.#options.format?.() ?? RECORD_FORMAT;
	}

	stream(name: string, generator?: GeneratorName): Stream {
		return this.#open(name, this.#prefix + name, generator);
	}

	/**
	 * A number in [0, 1) that the seed and the name alone decide: the same whenever
	 * it is asked for, in tasks too. It moves no stream.
	 */
	constant(name: string): number {
		this.#used.add(name);
		const seed = this.#seedOf(name);
		return openStream(typeof seed === "string" ? seed : seed(), name).next();
	}

	/** A stream with a seed of its own, the same under every root seed: so layers with seeds drew in format 1. */
	seeded(name: string, seed: string): Stream {
		return this.#keep(this.#prefix + name, (key) =>
			this.#told(key, openStream(seed, name)),
		);
	}

	/** @param own the stream's name without those of branches */
	#seedOf(own: string): string | (() => string) {
		const { varied } = this.#options;
		return varied && isVaried(varied.names, own) ? varied.seed : this.#seed;
	}

	/**
	 * @param own the stream's name without those of branches
	 * @param name the whole one
	 */
	#open(own: string, name: string, generator?: GeneratorName): Stream {
		const key = generator === undefined ? name : `${name} (${generator})`;
		return this.#keep(key, () => {
			this.#ownNames.set(key, own);
			const seed = this.#seedOf(own);
			return typeof seed === "string"
				? this.#told(key, openStream(seed, name, generator))
				: followSeed(seed, name, generator, (stream) =>
						this.#told(key, stream),
					);
		});
	}

	#told(key: string, stream: Stream): Stream {
		this.#options.opened?.(key, stream);
		return stream;
	}

	#keep(name: string, open: (key: string) => Stream): Stream {
		let stream = this.#streams.get(name);
		if (!stream) {
			stream = open(name);
			this.#streams.set(name, stream);
			const position = this.#positions.get(name);
			if (position !== undefined) stream.seek(position);
			this.#positions.delete(name);
		}
		return stream;
	}

	/**
	 * Runs `body` with streams of its own, named for the task: whatever else runs
	 * at the same time, it draws the same.
	 * @throws UsageError when a task of this name is running: the two would draw from one stream
	 */
	async task<T>(
		name: string,
		body: (streams: StreamSet) => T | Promise<T>,
	): Promise<T> {
		if (this.#running.has(name))
			throw new UsageError(
				`a task "${name}" is running already; give tasks that run at the same time names of their own, for example \`fold-\${i}\``,
			);
		let streams = this.#tasks.get(name);
		if (!streams) {
			const main = `${this.#prefix}task:${name}`;
			const options = { ...this.#options, main, prefix: `${main}/` };
			streams = new StreamSet(this.#seed, options, this);
			this.#tasks.set(name, streams);
		}
		this.#running.add(name);
		try {
			return await body(streams);
		} finally {
			this.#running.delete(name);
		}
	}

	/** The name of the next worker's stream: numbered in the order in which they are created. */
	nextWorker(): string {
		// What it draws from, nobody here is told.
		for (const name of this.varied?.names ?? []) this.#used.add(name);
		return `${this.#prefix}worker:${this.#workers++}`;
	}

	/** Goes to where the streams had given as many numbers as `draws` said, those not opened yet too. */
	seek(draws: Readonly<Record<string, number>>): void {
		this.#positions.clear();
		for (const [key, stream] of this.#streams)
			if (stream.draws > 0 || key in draws) stream.seek(draws[key] ?? 0);
		for (const [key, count] of Object.entries(draws))
			if (!this.#streams.has(key)) this.#positions.set(key, count);
	}

	/** Draws per stream, by name. */
	draws(): Record<string, number> {
		return Object.fromEntries([
			...this.#positions,
			...[...this.#streams]
				.filter(([, stream]) => stream.draws > 0)
				.map(([key, stream]) => [key, stream.draws] as const),
		]);
	}

	/**
	 * Names, without those of branches and generators, of the streams that were
	 * drawn from or gave a constant; where there were workers, all that vary.
	 */
	drawn(): string[] {
		const drawn = Object.keys(this.draws()).map(
			(key) => this.#ownNames.get(key) ?? key,
		);
		return [...new Set([...drawn, ...this.#used])];
	}
}
