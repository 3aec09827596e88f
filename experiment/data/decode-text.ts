import { isAscii } from "../../host/bytes.ts";

/** A UTF-8 text; one of ASCII only, as most manifests are, is copied instead of decoded. */
export function decodeText(bytes: Buffer): string {
	return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}
