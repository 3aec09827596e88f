import type { Iopub } from "./iopub.ts";

/**
 * Tells on iopub when the kernel is busy and when idle.
 *
 * Front ends, and servers that end idle kernels, read the latest status of
 * any request as the kernel's. So what may run for long is told to be busy
 * again after the `idle` of a request that was answered meanwhile.
 */
export class Status {
	readonly #iopub: Iopub;
	/** Headers of what runs, oldest first. */
	readonly #long = new Set<Uint8Array>();
	#hasStarted = false;

	constructor(iopub: Iopub) {
		this.#iopub = iopub;
	}

	/** Told once, to the first who listens; who asks earlier is told before the answer. */
	starting(): void {
		if (this.#hasStarted) return;
		this.#hasStarted = true;
		this.#iopub.publish("status", { execution_state: "starting" });
	}

	/** A request is being answered. `long` of one that runs user code. */
	busy(parent: Uint8Array, { long }: { readonly long: boolean }): void {
		this.starting();
		if (long) this.#long.add(parent);
		this.#iopub.publish("status", { execution_state: "busy" }, parent);
	}

	/** A request was answered. */
	idle(parent: Uint8Array): void {
		this.#long.delete(parent);
		this.#iopub.publish("status", { execution_state: "idle" }, parent);
		const latest = [...this.#long].at(-1);
		if (latest)
			this.#iopub.publish("status", { execution_state: "busy" }, latest);
	}
}
