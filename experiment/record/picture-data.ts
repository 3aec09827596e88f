import { type Clean, canonicalJson, sha256 } from "../../base/canonical.ts";
import { UsageError } from "../../base/errors.ts";
import type { PictureEvent } from "../events.ts";

/** Little-endian float32 values as base64: exact, and a quarter of the digits' size. */
interface PackedFloats {
	readonly dtype: "float32";
	readonly base64: string;
}

function packFloats(values: Float32Array): PackedFloats {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, i) => {
		bytes.writeFloatLE(value, i * 4);
	});
	return { dtype: "float32", base64: bytes.toString("base64") };
}

/** As a picture keeps its floats; somebody's own value may look alike and hold something else. */
export function isPackedFloats(value: object): value is PackedFloats {
	if (!("dtype" in value) || !("base64" in value)) return false;
	const { dtype, base64 } = value;
	if (dtype !== "float32" || typeof base64 !== "string") return false;
	const bytes = Buffer.from(base64, "base64");
	return bytes.length % 4 === 0 && bytes.toString("base64") === base64;
}

function unpackFloats({ base64 }: PackedFloats): Float32Array {
	const bytes = Buffer.from(base64, "base64");
	return Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
		bytes.readFloatLE(i * 4),
	);
}

/** The same value with its Float32Arrays packed; what else is no plain object or list is left to canonical JSON. */
function packed(value: unknown, parents: readonly object[] = []): unknown {
	if (value instanceof Float32Array) return packFloats(value);
	if (typeof value !== "object" || value === null) return value;
	// Canonical JSON says where an object holds itself.
	if (parents.includes(value)) return value;
	const within = [...parents, value];
	if (Array.isArray(value)) return value.map((one) => packed(one, within));
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype !== null && prototype !== Object.prototype) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, one]) => [key, packed(one, within)]),
	);
}

/** How canonical JSON writes what JSON cannot hold, and texts that look so. */
const TAG = /^@(@*)(NaN|-?Infinity|-0|(-?\d+)n)$/;

/** The value that canonical JSON was made of. */
function untagged(text: string): unknown {
	const [, more, tag = "", integer] = TAG.exec(text) ?? [];
	if (more === undefined) return text;
	if (more !== "") return text.slice(1);
	return integer === undefined ? Number(tag) : BigInt(integer);
}

/** The way back from a picture's text: its floats, and numbers that JSON cannot hold. */
function unpacked(value: unknown): unknown {
	if (typeof value === "string") return untagged(value);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(unpacked);
	if (isPackedFloats(value)) return unpackFloats(value);
	return Object.fromEntries(
		Object.entries(value).map(([key, one]) => [key, unpacked(one)]),
	);
}

/**
 * What is given to be shown, as a record keeps it: JSON and Float32Arrays, which
 * can be cloned to another process. Maps become objects, sets and other typed arrays lists.
 * @throws TypeError for what cannot be recorded, e.g. a function
 */
export const recordable = (data: unknown): unknown =>
	unpacked(JSON.parse(canonicalJson(packed(data))));

/** Names of fields that every picture's file has. */
const COMMON_FIELDS = ["type", "name", "step"];

/**
 * A kind names files, and the field of a picture's file that holds its data.
 * @throws UsageError for a text that cannot
 */
export function checkKind(kind: string): void {
	if (!/^[A-Za-z][A-Za-z0-9_-]{0,49}$/.test(kind))
		throw new UsageError(
			`${JSON.stringify(kind)} cannot name a kind of picture: begin with a letter, use letters, digits, "_" and "-", at most 50`,
		);
	if (COMMON_FIELDS.includes(kind))
		throw new UsageError(
			`"${kind}" cannot name a kind of picture: every picture's file has a field of this name; choose another`,
		);
}

/**
 * What a picture shows, as the JSON text that a run keeps, with its digest.
 * @param clean takes secrets out of labels
 */
export function serializePicture(
	{ kind, name, step, data }: PictureEvent,
	clean: Clean = (one) => one,
): {
	text: string;
	digest: string;
} {
	const text = canonicalJson(
		{ type: kind, name, step, [kind]: packed(data) },
		clean,
	);
	return { text: `${text}\n`, digest: sha256(text) };
}

/**
 * The picture that a run has kept.
 * @throws Error for a text that is none
 */
export function parsePicture(text: string): PictureEvent {
	const file: unknown = JSON.parse(text);
	if (typeof file === "object" && file !== null) {
		const fields = new Map<string, unknown>(Object.entries(file));
		const [kind, name, step] = COMMON_FIELDS.map((key) => fields.get(key));
		// A step may be what JSON has no number for, such as -0.
		const at = unpacked(step);
		if (
			typeof kind === "string" &&
			typeof name === "string" &&
			(at === undefined || typeof at === "number")
		)
			return {
				type: "picture",
				kind,
				name,
				...(at === undefined ? {} : { step: at }),
				data: unpacked(fields.get(kind)),
			};
	}
	throw new Error("this is no picture of a run");
}
