import { type Backend, CompilerCannotStart } from "./backend.ts";
import { ClassicBackend } from "./classic.ts";
import { NativeBackend } from "./native.ts";

/** TypeScript 7, TypeScript 6, or the first of them that starts. */
export type Compilers = "native" | "classic" | "any";

const VARIABLE = "DEEPDIVA_TYPES";

const isCompilers = (name: string): name is Compilers =>
	name === "native" || name === "classic" || name === "any";

/** The compiler that answers. */
export class CompilerChoice {
	readonly #configFile: string;
	readonly #compilers: Compilers;
	#backend: Backend;
	#remark: string | undefined;
	#isClosed = false;

	/**
	 * @param configFile path of the project's tsconfig among the sources
	 * @param wanted by default what the environment's DEEPDIVA_TYPES says
	 */
	constructor(
		configFile: string,
		wanted: string = process.env[VARIABLE] || "any",
	) {
		this.#configFile = configFile;
		this.#compilers = isCompilers(wanted) ? wanted : "any";
		if (!isCompilers(wanted))
			this.#remark = `${VARIABLE} is "${wanted}", which is no compiler: it may be native (TypeScript 7), classic (TypeScript 6) or any (the first of them that starts, as now).`;
		this.#backend =
			wanted === "classic"
				? new ClassicBackend(configFile)
				: new NativeBackend(configFile);
	}

	/** What a user should know of the choice. */
	get remark(): string | undefined {
		return this.#remark;
	}

	/** Was it started? */
	get running(): boolean {
		return this.#backend.running;
	}

	/** Has it answered, so that the next answer takes milliseconds? */
	get warm(): boolean {
		return this.#backend.warm;
	}

	/**
	 * Asks TypeScript 7, and TypeScript 6 once that cannot be started.
	 * @throws CompilerCannotStart when none can
	 */
	async ask<T>(ask: (backend: Backend) => Promise<T>): Promise<T> {
		const asked = this.#backend;
		try {
			return await ask(asked);
		} catch (error) {
			if (
				!(error instanceof CompilerCannotStart) ||
				!(asked instanceof NativeBackend) ||
				this.#compilers === "native" ||
				this.#isClosed
			)
				throw error;
			// Another question may have found out already.
			if (this.#backend === asked) {
				this.#backend = new ClassicBackend(this.#configFile);
				this.#remark = `${error.message}\nTypeScript 6 checks types in its place, more slowly.`;
			}
			return await this.#askSubstitute(ask, error);
		}
	}

	async #askSubstitute<T>(
		ask: (backend: Backend) => Promise<T>,
		{ message }: CompilerCannotStart,
	): Promise<T> {
		try {
			return await ask(this.#backend);
		} catch (error) {
			if (!(error instanceof CompilerCannotStart)) throw error;
			this.#remark = undefined;
			throw new CompilerCannotStart(`${message}\n${error.message}`);
		}
	}

	/** Ends its process or thread. */
	close(): Promise<void> {
		this.#isClosed = true;
		return this.#backend.close();
	}
}
