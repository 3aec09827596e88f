export { once } from "node:events";
export { pipeline, Readable } from "node:stream";
export { createGunzip, createInflate } from "node:zlib";

/** It unpacks a stream of Node's into files. */
export const loadTar = () => import("tar");
