/** A JSON object. */
export type CommData = Readonly<Record<string, unknown>>;

/** Bytes that travel beside the JSON, as they are. */
export type CommBuffer = ArrayBuffer | ArrayBufferView;

export interface CommPayload {
	/** What the message says. */
	readonly data: CommData;
	/** Facts about the message, e.g. the version of a widget's protocol. */
	readonly metadata: CommData;
	readonly buffers: readonly CommBuffer[];
}

/** A message of the front end. */
export interface CommEvent extends CommPayload {
	readonly buffers: readonly Uint8Array[];
}

/** Takes a message of the front end. */
export type CommHandler = (event: CommEvent) => unknown;

/** What a target does with a comm that the front end opened, and its first message. */
export type CommTarget = (comm: Comm, event: CommEvent) => unknown;

/**
 * A line between the kernel and one object of the front end. Messages go both
 * ways, also while a cell runs and awaits.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 */
export interface Comm {
	readonly id: string;
	/** Name of what answers at the other end. */
	readonly target: string;
	/**
	 * Sends a message to the front end.
	 * @throws Error when the comm is closed
	 */
	send(data: CommData, options?: Partial<Omit<CommPayload, "data">>): void;
	/**
	 * Calls `handler` for each message of the front end; what it prints and
	 * displays belongs to that message.
	 * @returns a function that ends it
	 */
	onMessage(handler: CommHandler): () => void;
	/** Calls `handler` when the front end closes the comm. */
	onClose(handler: CommHandler): () => void;
	/** Tells the front end that nothing more comes. A comm that is closed stays so. */
	close(data?: CommData): void;
}

/** The global `jupyter` of cells. */
export interface Jupyter {
	/** Opens a comm: the front end has, or has not, something under the target's name. */
	readonly Comm: new (
		target: string,
		options?: Partial<CommPayload> & { readonly id?: string },
	) => Comm;
	/** Lets the front end open comms of this target; a name given again has the new handler. */
	registerCommTarget(name: string, target: CommTarget): void;
}
