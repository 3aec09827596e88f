import type * as node from "../streams.ts";
import { needsNode } from "./needs-node.ts";

export const createGunzip =
	needsNode<typeof node.createGunzip>("unpacking a stream");
export const createInflate =
	needsNode<typeof node.createInflate>("unpacking a stream");
export const once = needsNode<typeof node.once>("waiting for an emitter");
export const pipeline = needsNode<typeof node.pipeline>("joining streams");
export const Readable = needsNode<typeof node.Readable>("a stream of bytes");
export const loadTar = needsNode<typeof node.loadTar>("unpacking an archive");
