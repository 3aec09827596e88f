import { createHash } from "node:crypto";
import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import type { PublishedSet } from "./published.ts";

/** Small files in the true format, by name. */
export type Contents = Readonly<Record<string, Uint8Array>>;

export type Handler = (
	content: Uint8Array,
	request: IncomingMessage,
	response: ServerResponse,
) => void;

/** Sends a file, or its end when a range is asked for. */
export const serve: Handler = (content, request, response) => {
	const start = Number(
		/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0,
	);
	if (request.headers.range)
		response.writeHead(206, {
			"content-range": `bytes ${start}-${content.length - 1}/${content.length}`,
		});
	response.end(content.subarray(start));
};

/** A mirror on loopback; `log` tells what it was asked for. */
export async function mirror(contents: Contents, handler: Handler = serve) {
	const log: string[] = [];
	const server = createServer((request, response) => {
		const name = (request.url ?? "").split("/").at(-1) ?? "";
		log.push(`${name} ${request.headers.range ?? "whole"}`);
		const content = contents[name];
		if (content) handler(content, request, response);
		else response.writeHead(404).end();
	});
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { address: `http://127.0.0.1:${port}/small`, log };
}

/** A published set with other contents, published elsewhere. */
export function publishedAs(
	set: PublishedSet,
	contents: Contents,
	mirrors: readonly string[],
): PublishedSet {
	return {
		...set,
		mirrors,
		files: set.files.map(({ name }) => {
			const content = contents[name] as Uint8Array;
			return {
				name,
				bytes: content.length,
				sha256: createHash("sha256").update(content).digest("hex"),
			};
		}),
	};
}
