export { once } from "node:events";
export { pipeline, Readable } from "node:stream";
export { createGunzip, createInflate } from "node:zlib";
