/**
 * Bytes from base64 as RFC 4648 has it, in the standard or the URL-safe
 * alphabet, with or without padding. Node's own decoder skips what it does not
 * know; here it is refused, as is a last letter with bits that no encoder writes.
 * @throws SyntaxError
 */
export function decodeBase64(text: string): Buffer {
	const letters = text.replace(/={1,2}$/, "");
	const padded = letters.length !== text.length;
	const alphabet = /[-_]/.test(letters) ? "base64url" : "base64";
	const bytes = Buffer.from(letters, alphabet);
	if (
		bytes.toString(alphabet).replace(/={1,2}$/, "") !== letters ||
		(padded && text.length % 4 !== 0)
	)
		throw new SyntaxError("it is not base64");
	return bytes;
}
