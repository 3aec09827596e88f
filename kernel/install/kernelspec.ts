import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs */
export interface KernelSpec {
	readonly argv: readonly string[];
	readonly display_name: string;
	readonly language: string;
	readonly interrupt_mode: "message" | "signal";
	readonly metadata: Readonly<Record<string, unknown>>;
}

/** Content of kernel.json: this very Node and this very kernel, by their absolute paths. */
export function kernelSpec(displayName: string): KernelSpec {
	return {
		argv: [process.execPath, serverPath(), "{connection_file}"],
		display_name: displayName,
		language: "typescript",
		interrupt_mode: "message",
		metadata: { debugger: false, supported_encryption: "curve" },
	};
}

/** Does a kernel.json start a DeepDIVA kernel, of this or another installation? */
export function isOurs({ argv, language }: Partial<KernelSpec>): boolean {
	return (
		language === "typescript" &&
		Array.isArray(argv) &&
		argv.some((part) => /[\\/]kernel[\\/]server[\\/]main\.[jt]s$/.test(part))
	);
}

/** From source, or as the build bundles it. */
function serverPath(): string {
	const path =
		extname(import.meta.url) === ".ts"
			? "../server/main.ts"
			: "../../bundle/kernel/server/main.js";
	return fileURLToPath(new URL(path, import.meta.url));
}
