import { type Clean, canonicalJson, sha256 } from "../../base/canonical.ts";
import type {
	BoundaryEvent,
	ConfusionEvent,
	EmbeddingEvent,
} from "../events.ts";

export type PictureEvent = ConfusionEvent | BoundaryEvent | EmbeddingEvent;

/** Little-endian float32 values as base64: exact, and a quarter of the digits' size. */
function encodeFloats(values: Float32Array): {
	dtype: "float32";
	base64: string;
} {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, i) => {
		bytes.writeFloatLE(value, i * 4);
	});
	return { dtype: "float32", base64: bytes.toString("base64") };
}

/**
 * What a picture shows, as the JSON text that a run keeps, with its digest.
 * @param clean takes secrets out of labels
 */
export function serializePicture(
	event: PictureEvent,
	clean: Clean = (one) => one,
): {
	text: string;
	digest: string;
} {
	const text = canonicalJson(
		event.type === "boundary"
			? {
					...event,
					boundary: {
						...event.boundary,
						probabilities: encodeFloats(event.boundary.probabilities),
					},
				}
			: event.type === "embedding"
				? {
						...event,
						embedding: {
							...event.embedding,
							positions: encodeFloats(event.embedding.positions),
						},
					}
				: event,
		clean,
	);
	return { text: `${text}\n`, digest: sha256(text) };
}
