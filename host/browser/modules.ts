import type * as node from "../modules.ts";
import { needsNode } from "./needs-node.ts";

export const createRequire = needsNode<typeof node.createRequire>(
	"loading a package by its path",
);

/** A bundler puts the package in the place of each call, and loads it where the call is made. */
const PACKAGES: Readonly<Record<string, () => unknown>> = {
	"@tensorflow/tfjs-core": () => require("@tensorflow/tfjs-core"),
	"@tensorflow/tfjs-data": () => require("@tensorflow/tfjs-data"),
	"@tensorflow/tfjs-layers": () => require("@tensorflow/tfjs-layers"),
	"@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js": () =>
		require("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js"),
	"@secretlint/secretlint-rule-preset-recommend": () =>
		require("@secretlint/secretlint-rule-preset-recommend"),
	seedrandom: () => require("seedrandom"),
	"string-width": () => require("string-width"),
};

const load = (name: string): unknown => {
	const own = PACKAGES[name];
	if (!own)
		throw new Error(
			`the package ${name} needs Node; a browser has no part of it`,
		);
	return own();
};

/** Where whoever loads the library puts the files of packages that it reads. */
const resolve = (name: string) =>
	/^(?:@[^/]+\/)?[^/]+$/.test(name)
		? `/packages/${name}/main.js`
		: `/packages/${name}`;

export const requirePackage = Object.assign(load, {
	resolve,
}) as typeof node.requirePackage;
