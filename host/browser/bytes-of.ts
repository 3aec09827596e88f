/** The bytes that an array looks at, not copied; of a text its UTF-8. */
export const bytesOf = (content: string | ArrayBufferView): Uint8Array =>
	typeof content === "string"
		? new TextEncoder().encode(content)
		: new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
