import { util } from "../../host/builtins.ts";
import { readFileSync } from "../../host/files.ts";
import { createRequire, requirePackage } from "../../host/modules.ts";
import { dirname, join, pathToFileURL, sep } from "../../host/paths.ts";
import "./first.ts";
import "@tensorflow/tfjs-backend-cpu";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as core from "@tensorflow/tfjs-core";
import { builtFile } from "../../base/built-file.ts";
import { noteEnvironment } from "../../experiment/record/surroundings/environment.ts";
import { registerGradients } from "./gradients/index.ts";
import { keepQuiet } from "./in-javascript.ts";
import { mendJavaScript } from "./javascript-kernels.ts";
import { castForJavaScript } from "./kernel-types.ts";
import {
	guardBackend,
	guardKernels,
	keepErrorListeners,
} from "./wasm-guard.ts";
import { registerTrainingKernels } from "./wasm-kernels/index.ts";
import { installWindowSizes } from "./wasm-kernels/window-sizes.ts";

export const backendNames = ["wasm", "cpu", "node", "gpu"] as const;
export type BackendName = (typeof backendNames)[number];

/** What computed a run, for its record. */
export interface BackendInfo {
	readonly name: BackendName;
	/** Of TensorFlow.js. */
	readonly version: string;
	/** Digest of the kernels and gradients that the build computes with: other numerics may give other bits. */
	readonly numerics: string;
	/** Vector instructions, where the backend is WebAssembly. */
	readonly simd?: boolean;
	/** 1 where the order of sums is fixed; absent where the library decides. */
	readonly threads?: number;
	/** Of the native TensorFlow library. */
	readonly native?: string;
}

installWindowSizes();
registerTrainingKernels();
mendJavaScript();
guardKernels();
castForJavaScript();
registerGradients();
setWasmPaths(
	`${dirname(requirePackage.resolve("@tensorflow/tfjs-backend-wasm"))}${sep}`,
);
// One thread on every host: the order of sums must not depend on the machine.
core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
setThreadsCount(1);

/**
 * Makes `name` the backend of every tensor from now on.
 * @example
 * const { name } = await dd.useBackend("cpu");
 * await dd.useBackend("wasm");
 * @param from the folder whose `node_modules` holds tfjs-node, for "node" and "gpu"
 * @throws if the name is unknown, or the native package is missing or does not load
 */
export async function useBackend(
	name: BackendName = "wasm",
	from: string = process.cwd(),
): Promise<BackendInfo> {
	const info = { ...(await startBackend(name, from)), numerics: numerics() };
	noteEnvironment("backend", info);
	return info;
}

let digest: string | undefined;

function numerics(): string {
	digest ??= (
		JSON.parse(
			readFileSync(builtFile("numerics.json", import.meta.url), "utf8"),
		) as Pick<BackendInfo, "numerics">
	).numerics;
	return digest;
}

async function startBackend(
	name: BackendName,
	from: string,
): Promise<Omit<BackendInfo, "numerics">> {
	const version = core.version_core;
	switch (name) {
		case "wasm": {
			await activate("wasm");
			const simd = await core.env().getAsync("WASM_HAS_SIMD_SUPPORT");
			return { name, version, simd: simd === true, threads: 1 };
		}
		case "cpu":
			await activate("cpu");
			keepQuiet(core.backend());
			return { name, version, threads: 1 };
		case "node":
			return useNative(name, "@tensorflow/tfjs-node", from);
		case "gpu":
			return useNative(name, "@tensorflow/tfjs-node-gpu", from);
		default:
			throw new Error(
				`There is no backend "${name}". Choose one of: ${backendNames.join(", ")}.`,
			);
	}
}

const guardedBackends = new WeakSet<object>();

async function activate(name: string): Promise<void> {
	const restore = keepErrorListeners();
	if (!(await core.setBackend(name)))
		throw new Error(
			`The TensorFlow.js backend "${name}" did not start. See the warning above for the reason.`,
		);
	await core.ready();
	restore();
	if (!guardedBackends.has(core.backend())) guardBackend(core.backend());
	guardedBackends.add(core.backend());
}

async function useNative(
	name: BackendName,
	packageName: string,
	from: string,
): Promise<Omit<BackendInfo, "numerics">> {
	const require = createRequire(pathToFileURL(join(from, "package.json")));
	let entry: string;
	try {
		entry = require.resolve(packageName);
	} catch {
		throw new Error(
			`The backend "${name}" needs the package ${packageName}, which is not installed for ${from}. Run \`npm install ${packageName}@${core.version_core}\` there, or use the backend "wasm".`,
		);
	}
	restoreRemovedUtil();
	try {
		require(entry);
	} catch (error) {
		throw new Error(
			`The package ${packageName} at ${entry} does not load: ${(error as Error).message}. Its native library may be missing for ${process.platform}-${process.arch} or Node ${process.version}: run \`npm rebuild ${packageName} --build-addon-from-source\` there, or use the backend "wasm".`,
			{ cause: error },
		);
	}
	await activate("tensorflow");
	const { binding } = core.backend() as core.KernelBackend & {
		binding?: { TF_Version?: string };
	};
	return { name, version: core.version_core, native: binding?.TF_Version };
}

/** tfjs-node 4.22 still calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreRemovedUtil(): void {
	const legacy = util as unknown as Record<string, unknown>;
	legacy.isNullOrUndefined ??= (value: unknown) =>
		value === null || value === undefined;
}
