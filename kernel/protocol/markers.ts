/**
 * JavaScript's and native code's output share file descriptors 1 and 2, so
 * their order is kept. Borders between cells, and the places of displays, are
 * marked in the stream itself with a token that no program prints by chance.
 */
export type Marker =
	/** What follows was written by this cell to this stream. */
	| { kind: "cell"; cell: number; name: "stdout" | "stderr" }
	/** Here belongs message `sequence`, which travels over IPC. */
	| { kind: "barrier"; sequence: number };

export function encodeMarker(token: string, marker: Marker): string {
	return marker.kind === "cell"
		? `\u001e${token}c${marker.cell}${marker.name === "stdout" ? "o" : "e"}\u001e`
		: `\u001e${token}b${marker.sequence}\u001e`;
}

/** Splits a byte stream into text and markers; characters and markers may be cut anywhere. */
export class MarkerParser {
	readonly #start: string;
	readonly #decoder = new TextDecoder();
	#rest = "";

	constructor(token: string) {
		this.#start = `\u001e${token}`;
	}

	push(bytes: Uint8Array): (string | Marker)[] {
		this.#rest += this.#decoder.decode(bytes, { stream: true });
		const items: (string | Marker)[] = [];
		for (;;) {
			const at = this.#rest.indexOf(this.#start);
			if (at < 0) break;
			const end = this.#rest.indexOf("\u001e", at + this.#start.length);
			if (end < 0) {
				if (at > 0) items.push(this.#rest.slice(0, at));
				this.#rest = this.#rest.slice(at);
				return items;
			}
			if (at > 0) items.push(this.#rest.slice(0, at));
			items.push(decodeMarker(this.#rest.slice(at + this.#start.length, end)));
			this.#rest = this.#rest.slice(end + 1);
		}
		// The end may be the beginning of a marker: keep it until more arrives.
		const cut = this.#partialMarker();
		if (cut > 0) items.push(this.#rest.slice(0, cut));
		this.#rest = this.#rest.slice(cut);
		return items;
	}

	/** What is left when the stream ends. */
	flush(): string[] {
		const rest = this.#rest + this.#decoder.decode();
		this.#rest = "";
		return rest === "" ? [] : [rest];
	}

	#partialMarker(): number {
		const { length } = this.#rest;
		const from = Math.max(0, length - this.#start.length);
		for (let at = from; at < length; at++)
			if (this.#start.startsWith(this.#rest.slice(at))) return at;
		return length;
	}
}

function decodeMarker(text: string): Marker {
	if (text[0] === "b")
		return { kind: "barrier", sequence: Number(text.slice(1)) };
	return {
		kind: "cell",
		cell: Number(text.slice(1, -1)),
		name: text.endsWith("o") ? "stdout" : "stderr",
	};
}
